import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ProblemReply } from '../../shared/api/endpoints/system.ts';
import { describeError } from '../../shared/errors/app-error.ts';
import { columnsOf, rowsOf } from '../../shared/slide/pyramid.ts';
import type { SlideDetail } from '../../shared/slide/slide.ts';
import { tilePath } from '../../shared/slide/tile-address.ts';
import { openRealNouns, type RealNouns } from '../api/real-nouns.ts';
import { encodeJpeg } from '../../server/imaging/jpeg.ts';
import { writeBigSlide } from '../bench/big-slide.ts';
import { seededBytes } from '../uploads/upload-client.ts';
import {
  startTestServer,
  type TestCaller,
  type TestServer,
  type TestServerOptions,
} from '../server.ts';

/** A server with a slide: level 0 lies in the file as it is served, level 1 must be composed. */
export interface AbusedServer {
  readonly server: TestServer;
  readonly port: number;
  /** Paths of all tiles of a level. */
  readonly tiles: (level: number) => string[];
  readonly dispose: () => Promise<void>;
}

/** Tiles that take a scanner's bytes; what they show is of no matter here. */
function noiseTiles(): Buffer[] {
  return Array.from({ length: 64 }, (_, seed) => {
    const coarse = seededBytes(seed + 1, 128 * 128 * 3);
    const data = new Uint8Array(256 * 256 * 3);
    for (let at = 0; at < data.length; at++) data[at] = 128 + ((coarse[at >> 2] ?? 0) >> 2);
    return Buffer.from(encodeJpeg({ data, width: 256, height: 256, channels: 3 }, 80));
  });
}

export type AbuseOptions = Pick<TestServerOptions, 'slowBody' | 'floods' | 'connections'> & {
  readonly rules?: Parameters<typeof openRealNouns>[1];
};

export async function startAbusedServer({
  rules,
  ...options
}: AbuseOptions): Promise<AbusedServer> {
  const held: { nouns?: RealNouns } = {};
  const server = await startTestServer({
    ...options,
    nouns: async (foundation) => {
      held.nouns = await openRealNouns(foundation, rules);
      return held.nouns;
    },
  });
  const owner = await server.as('hospital-administrator');
  const at = join(server.dataDir, 'large.tiff');
  writeBigSlide(at, noiseTiles(), { bytes: 110e6, stored: 'shared' });
  const taken = await held.nouns?.ingestLocalFiles({
    files: [{ path: 'large.tiff', at }],
    name: 'large',
    hospitalId: server.hospitals.own,
    accountId: owner.account.id,
    stain: null,
  });
  const reply = await owner.fetch(`/api/slides/${taken?.slideId ?? ''}`);
  const { id, revision, properties } = (await reply.json()) as SlideDetail;
  return {
    server,
    port: Number(new URL(server.url).port),
    tiles: (level) => {
      const served = properties?.pyramid.levels[level];
      if (served === undefined) throw new RangeError(`no level ${level}`);
      const columns = columnsOf(served);
      return Array.from({ length: columns * rowsOf(served) }, (_, index) =>
        tilePath(id, revision, {
          level,
          column: index % columns,
          row: Math.floor(index / columns),
        }),
      );
    },
    dispose: () => server.dispose(),
  };
}

/** Asks for one tile after another, as somebody who reads; answers how each ended. */
export async function readTiles(
  caller: Pick<TestCaller, 'fetch'>,
  paths: readonly string[],
): Promise<number[]> {
  const statuses: number[] = [];
  for (const path of paths) statuses.push(await statusOf(caller.fetch(path)));
  return statuses;
}

export const all = (count: number, status: number): number[] =>
  Array.from({ length: count }, () => status);

export async function statusOf(request: Promise<Response>): Promise<number> {
  const reply = await request;
  await reply.arrayBuffer();
  return reply.status;
}

/** The refusal of a flood: named, with the time to wait, in words for people. */
export async function expectTooMany(reply: Response | undefined): Promise<void> {
  expect(reply?.status).toBe(429);
  expect(Number(reply?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect(reply?.headers.get('cache-control')).toBe('no-store');
  const problem = (await reply?.json()) as ProblemReply;
  expect(problem).toMatchObject({ code: 'request.too-many' });
  const [zh, en] = (['zh', 'en'] as const).map((locale) =>
    describeError('request.too-many', problem.fields, locale),
  );
  expect(zh?.what).toMatch(/\p{Script=Han}/u);
  expect(en?.what).toMatch(/^[\x20-\x7e]+$/);
}

/** Bare connections that are all ended together; what the server does to them is no failure of the test. */
export function openSockets(port: number, count: number): Socket[] {
  return Array.from({ length: count }, () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => socket.destroy());
    return socket;
  });
}

export function closeSockets(sockets: readonly Socket[]): void {
  for (const socket of sockets) socket.destroy();
}

/** A number of Prometheus' text format. */
export async function metricOf({ server }: AbusedServer, line: string): Promise<number> {
  const text = await server.foundation.metrics.registry.metrics();
  const found = text.split('\n').find((one) => one.startsWith(`${line} `));
  return Number(found?.split(' ')[1] ?? 0);
}
