import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { sql } from './database.ts';

interface Column {
  readonly type: string;
  readonly nullable: boolean;
  readonly filledIn: boolean;
}

/** Reads the interfaces of schema.ts: one property on a line or over several, as the formatter leaves them. */
function readSchema(): Map<string, Map<string, Column>> {
  const source = readFileSync(fileURLToPath(new URL('./schema.ts', import.meta.url)), 'utf8');
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '');
  const bodies = new Map<string, string>();
  for (const [, name = '', body = ''] of code.matchAll(/interface (\w+) \{\n([\s\S]*?)\n\}/g)) {
    bodies.set(name, body);
  }
  const tables = new Map<string, Map<string, Column>>();
  for (const [, table = '', name = ''] of (bodies.get('Tables') ?? '').matchAll(/(\w+): (\w+);/g)) {
    const columns = new Map<string, Column>();
    for (const [, column = '', type = ''] of (bodies.get(name) ?? '').matchAll(
      /^ {2}(\w+): ([\s\S]*?);$/gm,
    )) {
      columns.set(column, {
        type,
        nullable: /\| null/.test(type),
        filledIn: /Generated|MomentByDefault|undefined/.test(type),
      });
    }
    tables.set(table, columns);
  }
  return tables;
}

/** The TypeScript a PostgreSQL type may be written as. */
const WRITTEN_AS: Readonly<Record<string, RegExp>> = {
  uuid: /Id\b|^string$/,
  text: /string|Role|Locale|Purpose|Rescan(Kind|Reason)/,
  boolean: /boolean/,
  integer: /number/,
  bigint: /number/,
  'double precision': /number/,
  bytea: /Uint8Array/,
  jsonb: /JsonColumn/,
  'timestamp with time zone': /Date|MomentByDefault/,
};

interface Found {
  table_name: string;
  column_name: string;
  data_type: string;
  is_nullable: 'YES' | 'NO';
  column_default: string | null;
  is_identity: 'YES' | 'NO';
}

let fixture: TestDatabase;
let found: Found[];
beforeAll(async () => {
  fixture = await createTestDatabase();
  const reply = await sql<Found>`
    select table_name, column_name, data_type, is_nullable, column_default, is_identity
    from information_schema.columns
    where table_schema = 'public' and table_name not like 'kysely_%'
    order by table_name, ordinal_position`.execute(fixture.database.owner);
  found = reply.rows;
});
afterAll(() => fixture.dispose());

test('schema.ts names the tables and columns that the migrations make', () => {
  const written = [...readSchema()].flatMap(([table, columns]) =>
    [...columns.keys()].map((column) => `${table}.${column}`),
  );
  const made = found.map((column) => `${column.table_name}.${column.column_name}`);
  expect(made.length).toBeGreaterThan(60);
  expect(written.toSorted()).toEqual(made.toSorted());
});

test('schema.ts gives each column its type, its null and its default', () => {
  const schema = readSchema();
  const wrong: string[] = [];
  for (const column of found) {
    const name = `${column.table_name}.${column.column_name}`;
    const written = schema.get(column.table_name)?.get(column.column_name);
    if (written === undefined) continue;
    const type = WRITTEN_AS[column.data_type];
    if (type?.test(written.type) !== true) wrong.push(`${name}: ${column.data_type}`);
    if (written.nullable !== (column.is_nullable === 'YES')) wrong.push(`${name}: null`);
    const filled = column.column_default !== null || column.is_identity === 'YES';
    const mayBeLeftOut = written.filledIn && !written.nullable;
    if (mayBeLeftOut !== filled) wrong.push(`${name}: default`);
  }
  expect(wrong).toEqual([]);
});
