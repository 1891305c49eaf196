import { get } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeAddressedSlide } from '../../fixtures/addressed-slide.ts';
import type { SlideId } from '../../shared/ids.ts';
import { createTileFrameReader, type TileFrame } from '../../shared/slide/tile-frames.ts';
import { startTestServer, type TestCaller, type TestServer } from '../server.ts';
import { openRealNouns, type RealNouns } from './real-nouns.ts';

let server: TestServer;
let nouns: RealNouns;
let slideId: SlideId;
let head: TestCaller;
let guest: TestCaller;

/** A tile of each kind: as it lies in the file, cut at the edge, of a level that the file lacks, outside. */
const TILES = ['0.0.0', '0.1.1', '0.4.3', '1.0.0', '0.99.0'] as const;

beforeAll(async () => {
  server = await startTestServer({
    nouns: async (foundation) => (nouns = await openRealNouns(foundation)),
  });
  head = await server.as('hospital-administrator');
  guest = await server.as('pathologist', 'other');
  const at = join(server.dataDir, 'own.svs');
  writeAddressedSlide(at, { layout: 'svs', width: 1_200, height: 900 });
  const taken = await nouns.ingestLocalFiles({
    files: [{ path: 'own.svs', at }],
    name: 'A slide of the own hospital',
    hospitalId: server.hospitals.own,
    accountId: head.account.id,
    stain: null,
  });
  slideId = taken.slideId;
});
afterAll(() => server.dispose());

const streamPath = (tiles: readonly string[], more = '') =>
  `/api/slides/${slideId}/tiles/1?tiles=${tiles.join('_')}${more}`;
const tilePath = (tile: string, more = '') =>
  `/api/slides/${slideId}/tiles/1/${tile.replaceAll('.', '/')}${more}`;

async function framesOf(reply: Response): Promise<TileFrame[]> {
  expect(reply.status).toBe(200);
  expect(reply.headers.get('cache-control')).toBe('no-store');
  const frames = createTileFrameReader().take(new Uint8Array(await reply.arrayBuffer()));
  return frames.toSorted((a, b) => a.index - b.index);
}

async function alone(tile: string, more = ''): Promise<readonly [number, Buffer]> {
  const reply = await head.fetch(tilePath(tile, more));
  return [reply.status, Buffer.from(await reply.arrayBuffer())];
}

test('tiles in one reply are byte for byte what they are alone, and fail as they do alone', async () => {
  const frames = await framesOf(await head.fetch(streamPath(TILES)));
  expect(frames).toHaveLength(TILES.length);
  for (const [index, tile] of TILES.entries()) {
    const [status, bytes] = await alone(tile);
    const frame = frames[index];
    expect([tile, frame?.status]).toEqual([tile, status]);
    if (status === 200) expect(bytes.equals(frame?.body ?? Buffer.alloc(0))).toBe(true);
    else expect(Buffer.from(frame?.body ?? []).toString()).toContain('"tile.outside"');
  }
});

test('the lighter quality has an address of its own, fewer bytes, and leaves the other as it is', async () => {
  const [, full] = await alone('0.1.1');
  const [, light] = await alone('0.1.1', '?quality=light');
  expect(light.length).toBeLessThan(full.length);
  expect(light.readUInt16BE(0)).toBe(0xffd8);
  const [, again] = await alone('0.1.1', '?quality=light');
  expect(again.equals(light)).toBe(true);
  const [frame] = await framesOf(await head.fetch(streamPath(['0.1.1'], '&quality=light')));
  expect(light.equals(frame?.body ?? Buffer.alloc(0))).toBe(true);
  expect((await alone('0.1.1'))[1].equals(full)).toBe(true);
  expect((await alone('0.1.1', '?quality=best'))[0]).toBe(400);
});

test('a list that does not fit, or is too long, is refused as a whole', async () => {
  for (const tiles of [[], ['0.0'], Array.from({ length: 65 }, () => '0.0.0')]) {
    expect((await head.fetch(streamPath(tiles))).status).toBe(400);
  }
  expect((await head.fetch(streamPath(['0.0.0']).replace('/tiles/1', '/tiles/9'))).status).toBe(
    404,
  );
});

test('who may not see the slide gets none of its tiles; while it is lent, all; and none afterwards', async () => {
  const ask = () => guest.fetch(streamPath(TILES));
  expect((await ask()).status).toBe(404);
  const json = { hospitalId: server.hospitals.other, includeLabel: false, expiresAt: null };
  const lent = await head.fetch(`/api/slides/${slideId}/shares`, { method: 'POST', json });
  const { id } = (await lent.json()) as { id: string };
  expect((await framesOf(await ask())).filter(({ status }) => status === 200)).toHaveLength(4);

  // The handler as HTTP calls it, whose reader has taken one tile when the share ends.
  const handler = nouns.handlers['slide.tiles'];
  const tiles = Array.from({ length: 40 }, () => ({ level: 0, column: 1, row: 1 }));
  const answer = await handler({
    params: { slideId, revision: 1 },
    query: { tiles, quality: 'full' },
    header: (name: string) => (name === 'cookie' ? guest.cookie : undefined),
  } as unknown as Parameters<typeof handler>[0]);
  if (!('parts' in answer)) throw new Error('not a stream');
  const reader = createTileFrameReader();
  const frames: TileFrame[] = [];
  for await (const part of answer.parts) {
    frames.push(...reader.take(part));
    if (frames.length === 1) {
      await head.fetch(`/api/slides/${slideId}/shares/${id}`, { method: 'DELETE' });
    }
  }
  const refused = frames.filter(({ status }) => status === 404);
  expect(frames).toHaveLength(40);
  expect(refused.length).toBeGreaterThanOrEqual(34);
  expect((await ask()).status).toBe(404);
});

test('a reader who hangs up in the middle leaves a server that answers the next', async () => {
  const tiles = Array.from({ length: 64 }, (_, index) => `0.${index % 4}.${index % 3}`);
  await new Promise<void>((resolve, reject) => {
    const request = get(server.url + streamPath(tiles), { headers: { Cookie: head.cookie } });
    request.once('response', (reply) => {
      reply.once('data', () => request.destroy());
      reply.once('close', () => resolve());
      reply.on('error', () => undefined);
    });
    request.on('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ECONNRESET') reject(cause);
    });
  });
  expect((await framesOf(await head.fetch(streamPath(TILES)))).length).toBe(TILES.length);
  expect(server.logLines().join('\n')).not.toContain('request failed');
});
