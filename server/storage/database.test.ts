import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { inScope, sql, SYSTEM } from './database.ts';

let fixture: TestDatabase;
beforeAll(async () => {
  fixture = await createTestDatabase();
});
afterAll(() => fixture.dispose());

test('work in a scope runs as farscope_app, and the role ends with the transaction', async () => {
  const inside = await inScope(fixture.database, SYSTEM, (transaction) =>
    sql<{ role: string }>`select current_user as role`.execute(transaction),
  );
  expect(inside.rows).toEqual([{ role: 'farscope_app' }]);
  const outside = await sql<{ role: string; scope: string | null }>`
    select current_user as role, nullif(current_setting('app.role', true), '') as scope
  `.execute(fixture.database.owner);
  expect(outside.rows).toEqual([{ role: 'farscope_owner', scope: null }]);
});

test('work that fails leaves nothing behind', async () => {
  const key = `key-${randomUUID()}`;
  const work = inScope(fixture.database, SYSTEM, async (transaction) => {
    await transaction.insertInto('settings').values({ key, value: '1' }).execute();
    throw new Error('after the insert');
  });
  await expect(work).rejects.toThrow('after the insert');
  const rows = await inScope(fixture.database, SYSTEM, (transaction) =>
    transaction.selectFrom('settings').where('key', '=', key).selectAll().execute(),
  );
  expect(rows).toEqual([]);
});
