import { afterAll, beforeAll, expect, test } from 'vitest';
import { inScope, sql, SYSTEM } from '../../server/storage/database.ts';
import { openServerDatabase, type ServerDatabase } from '../../server/storage/server-database.ts';
import { startExternalPostgres, type ExternalPostgres } from '../database/external-postgres.ts';
import { describeJobQueue } from './job-queue.contract.ts';
import { describeRowLevelSecurity } from './row-level-security.contract.ts';

let external: ExternalPostgres;
let database: ServerDatabase;
beforeAll(async () => {
  external = await startExternalPostgres();
  database = await openServerDatabase({
    databaseUrl: external.url,
    dataDir: '/nowhere',
    log: () => undefined,
  });
});
afterAll(async () => {
  await database.close();
  await external.dispose();
});

const open = () => Promise.resolve({ database, dispose: () => Promise.resolve() });

test('DATABASE_URL leads to the external PostgreSQL, and none of our own is started', async () => {
  const { rows } = await inScope(database, SYSTEM, (transaction) =>
    sql<{ major: number; login: string; host: string }>`
      select current_setting('server_version_num')::int / 10000 as major,
        session_user as login, host(inet_server_addr()) as host`.execute(transaction),
  );
  expect(rows).toEqual([{ major: Number(external.version), login: 'hospital', host: '127.0.0.1' }]);
  expect(database.embedded).toBeUndefined();
});

test('several servers that start at once on one database all come up', async () => {
  const servers = await Promise.all(
    Array.from({ length: 3 }, () =>
      openServerDatabase({ databaseUrl: external.url, dataDir: '/nowhere', log: () => undefined }),
    ),
  );
  for (const server of servers) {
    await server.ping();
    await server.close();
  }
});

test('an account that may not make roles is told which statements an administrator must run', async () => {
  const refused = openServerDatabase({
    databaseUrl: external.urlWithoutRights,
    dataDir: '/nowhere',
    log: () => undefined,
  });
  await expect(refused).rejects.toMatchObject({
    code: 'storage.role-missing',
    fields: { user: 'plain' },
  });
});

describeRowLevelSecurity('external PostgreSQL', open);
describeJobQueue('external PostgreSQL', open);
