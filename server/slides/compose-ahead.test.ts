import { expect, test } from 'vitest';
import { SlideId } from '../../shared/ids.ts';
import type { PyramidLevel } from '../../shared/slide/pyramid.ts';
import type { TileAddress } from '../../shared/slide/tile-address.ts';
import { createComposeAhead, tilesToCompose } from './compose-ahead.ts';
import { type ReadySlide, tileKey } from './read-tile.ts';

const ID = SlideId.parse('0198f000-0000-7000-8000-000000000001');
const GIGABYTE = 2 ** 30;

/** Levels 1, 2, 4 of 2,048 x 1,024 px; the file has all but the one in the middle and the coarsest. */
function makeSlide(): ReadySlide {
  const level = (downsample: number, fileLevel: number | null): PyramidLevel => ({
    widthPx: 2_048 / downsample,
    heightPx: 1_024 / downsample,
    tileWidthPx: 512,
    tileHeightPx: 512,
    downsample,
    fileLevel,
  });
  const levels = [level(1, 0), level(2, null), level(4, null)];
  return {
    originalKey: 'original',
    revision: 1,
    properties: { pyramid: { widthPx: 2_048, heightPx: 1_024, levels } },
  } as unknown as ReadySlide;
}

function setUp(fail?: (address: TileAddress) => boolean) {
  const slide = makeSlide();
  const read: string[] = [];
  const cached = new Set<string>();
  const counts = { busy: 0, waiting: 0, started: 1 };
  const lines: string[] = [];
  const ahead = createComposeAhead({
    findSlide: () => Promise.resolve(slide),
    tiles: {
      read: (_slide, address, lane) => {
        if (fail?.(address) === true) return Promise.reject(new Error('damaged'));
        read.push(`${lane ?? ''} ${address.level}/${address.column}/${address.row}`);
        cached.add(tileKey(slide, address));
        return Promise.resolve({ bytes: Buffer.alloc(1), origin: 'composed' });
      },
    },
    disk: { has: (key) => cached.has(key) },
    decode: { counts: () => counts },
    cacheBytes: GIGABYTE,
    log: (line) => lines.push(line),
    settleMs: 1,
    glanceMs: 1,
  });
  return { slide, ahead, read, cached, counts, lines };
}

test('what the file lacks is composed, the coarsest level first, and nothing that is there', async () => {
  const { ahead, read, cached, slide } = setUp();
  cached.add(tileKey(slide, { level: 1, column: 0, row: 0 }));
  ahead.add(ID);
  await expect.poll(() => ahead.size()).toBe(0);
  expect(read).toEqual(['ahead 2/0/0', 'ahead 1/1/0']);
});

test('it waits while readers need the decode processes', async () => {
  const { ahead, read, counts } = setUp();
  counts.busy = 1;
  ahead.add(ID);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(read).toEqual([]);
  counts.busy = 0;
  await expect.poll(() => read.length).toBe(3);
  await ahead.close();
});

test('a slide that fails is left, and the next one is begun', async () => {
  const { ahead, read, lines } = setUp(({ level }) => level === 1);
  ahead.add(ID);
  ahead.add(SlideId.parse('0198f000-0000-7000-8000-000000000002'));
  await expect.poll(() => ahead.size()).toBe(0);
  expect(read).toEqual(['ahead 2/0/0']);
  expect(lines).toHaveLength(2);
});

test('closing ends it between two tiles, and nothing begins afterwards', async () => {
  const { ahead, read, counts } = setUp();
  counts.waiting = 1;
  ahead.add(ID);
  await ahead.close();
  ahead.add(ID);
  expect(read).toEqual([]);
});

test('a level that would fill the cache is left to who asks for it', () => {
  const levels = [...tilesToCompose(makeSlide(), 1_000_000)].map(({ level }) => level);
  expect(levels).toEqual([2]);
});
