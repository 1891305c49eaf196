import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TILE_SHARE } from '../../server/slides/tile-share.ts';
import {
  type AbusedServer,
  all,
  closeSockets,
  expectTooMany,
  metricOf,
  openSockets,
  readTiles,
  startAbusedServer,
  statusOf,
} from './abused-server.ts';

const BURST = 40;
const TILE_BURST = 400;
let abused: AbusedServer;

beforeAll(async () => {
  abused = await startAbusedServer({
    floods: {
      account: { perSecond: 1, burst: BURST },
      address: { perSecond: 1, burst: BURST },
    },
    rules: { tileShare: { ...TILE_SHARE, rate: { perSecond: 1, burst: TILE_BURST } } },
  });
  // All tests call from one address: who is known by then is not held up by the others.
  const people = ['expert', 'pathologist', 'teacher', 'trainee', 'technician'] as const;
  const [first = ''] = abused.tiles(0);
  for (const role of people) await readTiles(await abused.server.as(role), [first]);
});
afterAll(() => abused.dispose());

function countOf(statuses: readonly number[], status: number): number {
  return statuses.filter((one) => one === status).length;
}

test('a flood of tiles of one account meets its limit, another account reads on', async () => {
  const reader = await abused.server.as('expert');
  const flooder = await abused.server.as('pathologist');
  const flood = abused.tiles(0).slice(0, TILE_BURST + 60);
  const answers = flood.map((path) => flooder.fetch(path));
  expect(await readTiles(reader, abused.tiles(0).slice(0, 100))).toEqual(all(100, 200));
  const replies = await Promise.all(answers);
  const refused = replies.filter(({ status }) => status !== 200);
  expect(refused.length).toBeGreaterThan(30);
  for (const reply of refused) await expectTooMany(reply);
  expect(await metricOf(abused, 'farscope_refused_total{why="tiles"}')).toBe(refused.length);
});

test('one tile that must be composed does not wait behind the hundreds of another account', async () => {
  const reader = await abused.server.as('expert');
  const flooder = await abused.server.as('teacher');
  const composed = abused.tiles(1);
  const wanted = composed.pop() ?? '';
  const state = { answered: 0 };
  const flood = composed.map(async (path) => {
    expect(await statusOf(flooder.fetch(path))).toBe(200);
    state.answered++;
  });
  await expect.poll(() => state.answered).toBeGreaterThan(0);
  expect(await statusOf(reader.fetch(wanted))).toBe(200);
  expect(state.answered).toBeLessThan(composed.length / 2);
  await Promise.all(flood);
});

test('a flood of one account is refused before it costs, another account is not', async () => {
  const reader = await abused.server.as('expert');
  const flooder = await abused.server.as('trainee');
  const answers = Array.from({ length: BURST + 40 }, () => flooder.fetch('/api/slides'));
  expect(await readTiles(reader, abused.tiles(0).slice(100, 150))).toEqual(all(50, 200));
  const replies = await Promise.all(answers);
  const refused = replies.filter(({ status }) => status !== 200);
  expect(refused.length).toBeGreaterThan(20);
  for (const reply of refused) await expectTooMany(reply);
  expect(await statusOf(reader.fetch('/api/slides'))).toBe(200);
});

test('a flood of uploads is refused, and readers read on', async () => {
  const reader = await abused.server.as('expert');
  const flooder = await abused.server.as('technician');
  const body = randomBytes(200_000);
  const path = '/api/uploads/0198f1c2-0000-7000-8000-000000000001/chunks/0';
  const flood = Array.from({ length: BURST + 30 }, () =>
    statusOf(flooder.fetch(path, { method: 'PUT', body })),
  );
  expect(await readTiles(reader, abused.tiles(0).slice(150, 200))).toEqual(all(50, 200));
  const statuses = await Promise.all(flood);
  expect(countOf(statuses, 429)).toBeGreaterThan(10);
  expect(countOf(statuses, 404) + countOf(statuses, 429)).toBe(statuses.length);
});

test('a flood without a sign-in, or with made-up ones, spares who reads behind the same address', async () => {
  const reader = await abused.server.as('expert');
  const madeUp = () => `farscope=${randomBytes(32).toString('base64url')}`;
  const answers = Array.from({ length: 150 }, (_, index) =>
    abused.server.anonymous.fetch(
      '/api/session',
      index % 2 === 0 ? {} : { headers: { Cookie: madeUp() } },
    ),
  );
  expect(await readTiles(reader, abused.tiles(0).slice(200, 240))).toEqual(all(40, 200));
  const replies = await Promise.all(answers);
  const refused = replies.filter(({ status }) => status !== 401);
  expect(refused.length).toBeGreaterThanOrEqual(100);
  for (const reply of refused) await expectTooMany(reply);
  expect(await statusOf(reader.fetch('/api/slides'))).toBe(200);
});

test('hundreds of requests sent ahead on one connection end it', async () => {
  const reader = await abused.server.as('expert');
  const sockets = openSockets(abused.port, 5);
  const closed = sockets.map(
    (socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
  );
  for (const socket of sockets) {
    socket.write('GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(500));
  }
  expect(await readTiles(reader, abused.tiles(0).slice(240, 250))).toEqual(all(10, 200));
  await Promise.all(closed);
  expect(await metricOf(abused, 'farscope_refused_total{why="ahead"}')).toBe(5);
  closeSockets(sockets);
});
