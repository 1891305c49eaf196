import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client } from 'pg';
import { openDatabase, type Database } from '../../server/storage/database.ts';
import { openNotices, type Notices } from '../../server/storage/notices.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';

const LONG = { timeout: 20_000, interval: 10 };
let fixture: TestDatabase;
let other: Database;
let here: Notices;
let there: Notices;
const log: string[] = [];

beforeAll(async () => {
  fixture = await createTestDatabase();
  other = await openDatabase({ connection: fixture.connection, log: () => undefined });
  here = openNotices({ database: fixture.database, log: (line) => log.push(line) });
  there = openNotices({ database: other, log: (line) => log.push(line) });
});
afterAll(async () => {
  await here.close();
  await there.close();
  await other.close();
  await fixture.dispose();
});

function collect(at: Notices, topic: string) {
  const heard: string[] = [];
  let gaps = 0;
  const stop = at.listen(
    topic,
    (text) => heard.push(text),
    () => (gaps += 1),
  );
  return { heard, gaps: () => gaps, stop };
}

async function untilHeard(from: Notices, heard: readonly string[], topic: string): Promise<void> {
  await expect
    .poll(() => {
      from.send(topic, 'hello');
      return heard.length;
    }, LONG)
    .toBeGreaterThan(0);
}

test('a notice reaches the other process under its topic, and not the one that sent it', async () => {
  const far = collect(there, 'slides');
  const near = collect(here, 'slides');
  const elsewhere = collect(there, 'sessions');
  await untilHeard(here, far.heard, 'slides');
  here.send('slides', '{"id":"远"}');
  await expect.poll(() => far.heard.at(-1), LONG).toBe('{"id":"远"}');
  expect(near.heard).toEqual([]);
  expect(elsewhere.heard).toEqual([]);
  for (const { stop } of [far, near, elsewhere]) stop();
});

test('a line that was cut is made again, and whoever listens learns that something may be missing', async () => {
  const far = collect(there, 'slides');
  await untilHeard(here, far.heard, 'slides');
  const before = far.gaps();
  const client = new Client({ connectionString: fixture.administration.url });
  await client.connect();
  await client.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'farscope-notices' and datname = current_database()",
  );
  await client.end();
  await expect.poll(far.gaps, LONG).toBe(before + 1);
  far.heard.length = 0;
  await untilHeard(here, far.heard, 'slides');
  expect(log.join('\n')).toContain('notices are heard again');
  far.stop();
});

test('a listener that cannot make sense of a notice does not end the listening', async () => {
  const stop = there.listen(
    'rough',
    () => {
      throw new Error('no such slide');
    },
    () => undefined,
  );
  const far = collect(there, 'slides');
  here.send('rough', 'x');
  await untilHeard(here, far.heard, 'slides');
  stop();
  far.stop();
});
