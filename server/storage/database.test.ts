import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import {
  inScope,
  isConnectionLoss,
  openDatabase,
  retryConnectionLoss,
  sql,
  SYSTEM,
} from './database.ts';

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

test('a statement that takes too long is ended, and the connection stays usable', async () => {
  const impatient = await openDatabase({
    connection: fixture.connection,
    log: () => undefined,
    maxConnections: 1,
    statementTimeoutMs: 100,
  });
  const slow = inScope(impatient, SYSTEM, (transaction) =>
    sql`select pg_sleep(20)`.execute(transaction),
  );
  await expect(slow).rejects.toMatchObject({ code: '57014' });
  await impatient.ping();
  await impatient.close();
});

test('work is tried again when the connection was lost, and not for any other reason', async () => {
  let attempts = 0;
  const lost = Object.assign(new Error('terminating connection'), { code: '57P01' });
  const result = await retryConnectionLoss(async () => {
    attempts += 1;
    await Promise.resolve();
    if (attempts < 3) throw lost;
    return 'done';
  });
  expect([result, attempts]).toEqual(['done', 3]);
  const refused = retryConnectionLoss(async () => {
    attempts += 1;
    await sql`select 1 / 0`.execute(fixture.database.owner);
  });
  await expect(refused).rejects.toThrow('division by zero');
  expect(attempts).toBe(4);
});

test('a server that is not there counts as a lost connection, a wrong password does not', async () => {
  const nowhere = new Error('connect ECONNREFUSED');
  expect(isConnectionLoss(Object.assign(nowhere, { code: 'ECONNREFUSED' }))).toBe(true);
  expect(isConnectionLoss(Object.assign(new Error('password'), { code: '28P01' }))).toBe(false);
  expect(isConnectionLoss('ECONNREFUSED')).toBe(false);
  await expect(
    openDatabase({
      connection: { url: fixture.connection.url.replace(/@\/\w+/, '@/not_there') },
      log: () => undefined,
    }),
  ).rejects.toMatchObject({ code: 'storage.database-refused', cause: { code: '3D000' } });
});
