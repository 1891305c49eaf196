import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type AbusedServer,
  all,
  closeSockets,
  metricOf,
  openSockets,
  readTiles,
  startAbusedServer,
} from './abused-server.ts';

const MOST = 400;
let abused: AbusedServer;

beforeAll(async () => {
  abused = await startAbusedServer({
    slowBody: { windowMs: 500, minBytes: 400 },
    connections: {
      most: MOST,
      mostOfAddress: MOST,
      mostAhead: 5_000,
      stuckMs: 500,
      sweepMs: 100,
    },
  });
});
afterAll(() => abused.dispose());

const connections = () => metricOf(abused, 'farscope_http_connections');
const cut = (why: string) => metricOf(abused, `farscope_refused_total{why="${why}"}`);

test('thousands of connections that say nothing or trickle headers make room for who reads', async () => {
  const reader = await abused.server.as('expert');
  const [first = ''] = abused.tiles(0);
  expect(await readTiles(reader, [first])).toEqual([200]);
  const sockets = openSockets(abused.port, 2_000);
  const slow = sockets.slice(1_000);
  const trickle = setInterval(() => {
    for (const socket of slow) if (socket.writable) socket.write('X-Slow: 1\r\n');
  }, 200);
  for (const socket of slow) socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n');
  try {
    const statuses = await readTiles(reader, abused.tiles(0).slice(0, 100));
    expect(statuses).toEqual(all(100, 200));
    await expect.poll(() => cut('connections'), { timeout: 20_000 }).toBeGreaterThan(1_000);
    expect(await connections()).toBeLessThanOrEqual(MOST);
    expect(await readTiles(reader, abused.tiles(0).slice(100, 130))).toEqual(all(30, 200));
  } finally {
    clearInterval(trickle);
    closeSockets(sockets);
  }
});

test('bodies that trickle are ended with a sentence, and another reads on', async () => {
  const reader = await abused.server.as('expert');
  const sockets = openSockets(abused.port, 40);
  const answers = sockets.map(async (socket) => {
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString('latin1');
  });
  const head = 'POST /api/session HTTP/1.1\r\nHost: x\r\nX-Farscope: 1\r\n';
  const type = 'Content-Type: application/json\r\nContent-Length: 500000\r\n\r\n';
  for (const socket of sockets) socket.write(head + type);
  const trickle = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write(' ');
  }, 50);
  try {
    expect(await readTiles(reader, abused.tiles(0).slice(200, 300))).toEqual(all(100, 200));
    for (const answer of await Promise.all(answers)) {
      expect(answer).toMatch(/^HTTP\/1.1 408 /);
      expect(answer).toContain('request.too-slow');
    }
  } finally {
    clearInterval(trickle);
    closeSockets(sockets);
  }
});

test('who does not take his answers is cut off, and another reads on', async () => {
  const reader = await abused.server.as('expert');
  const { cookie } = await abused.server.as('pathologist');
  const paths = abused.tiles(0);
  await readTiles({ fetch: (await abused.server.as('pathologist')).fetch }, paths.slice(0, 1));
  // More bytes than the buffers of the two ends of a connection take.
  const requests = Array.from({ length: 3_000 }, (_, index) => {
    const path = paths[index % 500] ?? '';
    return `GET ${path} HTTP/1.1\r\nHost: x\r\nCookie: ${cookie}\r\n\r\n`;
  });
  const sockets = openSockets(abused.port, 3);
  for (const socket of sockets) {
    socket.pause();
    socket.write(requests.join(''));
  }
  try {
    expect(await readTiles(reader, paths.slice(300, 400))).toEqual(all(100, 200));
    await expect.poll(() => cut('stuck'), { timeout: 20_000 }).toBe(3);
  } finally {
    closeSockets(sockets);
  }
});
