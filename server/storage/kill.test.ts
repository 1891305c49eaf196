import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWriter } from '../../test/database/killable.ts';
import { inScope, retryConnectionLoss, SYSTEM } from './database.ts';
import { toJsonColumn } from './json-column.ts';
import { openServerDatabase, type ServerDatabase } from './server-database.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kill-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const openAt = (name: string) =>
  openServerDatabase({ dataDir: join(folder, name), log: () => undefined });

async function keysIn(database: ServerDatabase): Promise<Set<string>> {
  const rows = await inScope(database, SYSTEM, (transaction) =>
    transaction.selectFrom('settings').select('key').execute(),
  );
  return new Set(rows.map(({ key }) => key));
}

/** Checks every index against its table (amcheck), as the superuser. */
async function checkIndexes(database: ServerDatabase): Promise<void> {
  const url = database.embedded?.administration.url.replace('@/postgres', '@/farscope');
  const client = new Client({ connectionString: url ?? '' });
  await client.connect();
  try {
    await client.query('create extension if not exists amcheck');
    await client.query(`select bt_index_check(c.oid, true) from pg_class c
      join pg_am a on a.oid = c.relam where a.amname = 'btree' and c.relkind = 'i'
      and c.relpersistence = 'p'`);
  } finally {
    await client.end();
  }
}

/** Random moments, the same in each run of the suite that fails. */
function momentsMs(count: number, from: number, to: number): number[] {
  let state = 20_261_123;
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return from + (state / 2_147_483_648) * (to - from);
  });
}

describe('kill -9 of server and database', () => {
  const acknowledged = new Set<string>();
  const name = 'server';

  test('the server alone, six times: its database lives on and is taken up again', async () => {
    const pids = new Set<number>();
    for (const [round, pauseMs] of momentsMs(6, 50, 250).entries()) {
      const writer = startWriter(join(folder, name), `alone-${round}`);
      pids.add(await writer.ready);
      await sleep(pauseMs);
      await writer.kill();
      for (const key of writer.acknowledged) acknowledged.add(key);
    }
    expect(pids.size).toBe(1);
  });

  test('server and database together, six times: the next start recovers', async () => {
    for (const [round, pauseMs] of momentsMs(6, 50, 250).entries()) {
      const writer = startWriter(join(folder, name), `both-${round}`);
      const postmaster = await writer.ready;
      await sleep(pauseMs);
      process.kill(postmaster, 'SIGKILL');
      await writer.kill();
      for (const key of writer.acknowledged) acknowledged.add(key);
    }
  });

  test('nothing acknowledged is missing, nothing is corrupt', async () => {
    const database = await openAt(name);
    const found = await keysIn(database);
    expect(acknowledged.size).toBeGreaterThan(200);
    expect([...acknowledged].filter((key) => !found.has(key))).toEqual([]);
    await checkIndexes(database);
    await database.close();
  });
});

test('kill -9 of the database alone, six times: writers go on after a pause and lose nothing', async () => {
  const database = await openAt('database');
  const acknowledged = new Set<string>();
  const over = new AbortController();
  const write = async (writer: number): Promise<void> => {
    for (let row = 0; !over.signal.aborted; row += 1) {
      const key = `${writer}-${row}`;
      // Twice is once: the commit may have been made although its answer was lost.
      await retryConnectionLoss(() =>
        inScope(database, SYSTEM, (transaction) =>
          transaction
            .insertInto('settings')
            .values({ key, value: toJsonColumn(row) })
            .onConflict((conflict) => conflict.column('key').doNothing())
            .execute(),
        ),
      );
      acknowledged.add(key);
    }
  };
  const writers = [1, 2, 3].map(write);
  const pids = new Set<number>();
  for (const pauseMs of momentsMs(6, 100, 400)) {
    await sleep(pauseMs);
    const before = acknowledged.size;
    const pid = database.embedded?.pid() ?? 0;
    pids.add(pid);
    process.kill(pid, 'SIGKILL');
    while (acknowledged.size < before + 20) await sleep(20);
  }
  over.abort();
  await Promise.all(writers);
  const found = await keysIn(database);
  expect(pids.size).toBe(6);
  expect([...acknowledged].filter((key) => !found.has(key))).toEqual([]);
  await checkIndexes(database);
  await database.close();
});

test('kill -9 during the first start, eight times: the start after it always succeeds', async () => {
  for (const [round, pauseMs] of momentsMs(8, 100, 900).entries()) {
    const name = `first-${round % 4}`;
    const writer = startWriter(join(folder, name), `first-${round}`);
    await sleep(pauseMs);
    await writer.kill();
    if (round < 4) continue;
    const database = await openAt(name);
    const found = await keysIn(database);
    expect([...writer.acknowledged].filter((key) => !found.has(key))).toEqual([]);
    await database.close();
  }
});
