import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Client } from 'pg';
import { inject } from 'vitest';
import { openDatabase, type Database } from '../server/storage/database.ts';
import type { PostgresConnection } from '../server/storage/embedded-postgres.ts';
import type { TestPostgres } from './database/global-setup.ts';

export interface TestDatabase {
  readonly database: Database;
  readonly connection: PostgresConnection;
  /** As superuser, to this database: only to look behind the walls that a test is about. */
  readonly administration: PostgresConnection;
  dispose(): Promise<void>;
}

async function askBroker(): Promise<TestPostgres> {
  const answer = await text(connect(inject('postgresBroker')));
  const parsed = JSON.parse(answer) as TestPostgres & { failure?: string };
  if (parsed.failure !== undefined) throw new Error(parsed.failure);
  return parsed;
}

function atDatabase(url: string, name: string): PostgresConnection {
  return { url: url.replace(/@\/[^?]*/, `@/${name}`) };
}

async function runAsSuperuser(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/**
 * A migrated, empty database of its own on the real PostgreSQL of this test run (a copy of a template:
 * under 100 ms). One for each test file; dispose of it in afterAll.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const postgres = await askBroker();
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await runAsSuperuser(
    postgres.administration,
    `create database ${name} template farscope owner farscope_owner`,
  );
  const connection = atDatabase(postgres.owner, name);
  const database = await openDatabase({ connection, log: () => undefined, maxConnections: 8 });
  return {
    database,
    connection,
    administration: atDatabase(postgres.administration, name),
    dispose: async () => {
      await database.close();
      await runAsSuperuser(postgres.administration, `drop database ${name} with (force)`);
    },
  };
}
