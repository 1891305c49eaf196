import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAskedLately } from './asked-lately.ts';
import { type DiskTiles, openDiskTiles } from './disk-tiles.ts';
import { createMemoryTiles } from './memory-tiles.ts';
import { createSingleFlight } from './single-flight.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'farscope-cache-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (maxBytes = 1 << 20): Promise<DiskTiles> =>
  openDiskTiles({ folder, maxBytes, log: () => undefined });

async function filesIn(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

async function onlyFile(): Promise<string> {
  const [path = ''] = await filesIn();
  return path;
}

describe('tiles on disk', () => {
  test('a tile comes back as it was put, in this run and in the next', async () => {
    const tile = Buffer.from('a tile');
    await (await open()).put('slide@1/0/0/0', tile);
    expect(await (await open()).get('slide@1/0/0/0')).toEqual(tile);
    expect(await (await open()).get('slide@1/0/0/1')).toBeUndefined();
  });

  test('a file that was torn, at any length, is never served and is gone afterwards', async () => {
    const tile = Buffer.alloc(300, 7);
    const cache = await open();
    for (const length of [0, 3, 12, 100, 311]) {
      await cache.put('key', tile);
      await truncate(await onlyFile(), length);
      expect(await cache.get('key')).toBeUndefined();
      expect(await filesIn()).toEqual([]);
    }
  });

  test('a flipped bit is noticed', async () => {
    const cache = await open();
    await cache.put('key', Buffer.alloc(300, 7));
    const path = await onlyFile();
    const bytes = await readFile(path);
    bytes[200] = (bytes[200] ?? 0) ^ 1;
    await writeFile(path, bytes);
    expect(await cache.get('key')).toBeUndefined();
  });

  test('its bytes stay below the bound, and what was used last stays', async () => {
    const cache = await open(10 * 5_096);
    for (let i = 0; i < 30; i++) {
      await cache.put(`key ${i}`, Buffer.alloc(988, i));
      expect(await cache.get('key 0')).toBeDefined();
      expect(cache.bytes()).toBeLessThanOrEqual(10 * 5_096);
    }
    expect(await cache.get('key 1')).toBeUndefined();
    expect(await cache.get('key 29')).toBeDefined();
    expect(await filesIn()).toHaveLength(10);
  });

  test('what a kill left half-written is swept away, and a smaller bound is kept at once', async () => {
    const cache = await open();
    for (let i = 0; i < 6; i++) await cache.put(`key ${i}`, Buffer.alloc(988));
    await writeFile(`${await onlyFile()}.half.part`, 'half');
    const next = await open(3 * 5_096);
    expect(next.bytes()).toBeLessThanOrEqual(3 * 5_096);
    expect((await filesIn()).filter((path) => path.endsWith('.part'))).toEqual([]);
  });
});

test('memory holds at most its bytes, whatever is put, and gives back the last that was put', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 120 })), {
        maxLength: 200,
      }),
      (puts) => {
        const memory = createMemoryTiles(1_000);
        const last = new Map<string, number>();
        for (const [key, size] of puts) {
          memory.set(String(key), Buffer.alloc(size, key));
          last.set(String(key), size);
          expect(memory.bytes()).toBeLessThanOrEqual(1_000);
        }
        for (const [key, size] of last) {
          const found = memory.get(key);
          if (found !== undefined) expect(found).toHaveLength(size);
        }
      },
    ),
  );
});

test('what was asked for lately is known again, what was long ago is not', () => {
  const asked = createAskedLately(100);
  expect(asked.again('a')).toBe(false);
  for (let i = 0; i < 90; i++) expect(asked.again(`key ${i}`)).toBe(false);
  expect(asked.again('a')).toBe(true);
  for (let i = 0; i < 300; i++) asked.again(`other ${i}`);
  expect(asked.again('key 0')).toBe(false);
});

test('simultaneous requests share one computation; one that failed is tried again', async () => {
  const flights = createSingleFlight<number>();
  let computed = 0;
  const compute = async () => {
    computed++;
    await new Promise((resolve) => setImmediate(resolve));
    if (computed === 1) throw new Error('the first one fails');
    return computed;
  };
  const first = await Promise.allSettled([1, 2, 3].map(() => flights.run('key', compute)));
  expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(computed).toBe(1);
  expect(await Promise.all([1, 2, 3].map(() => flights.run('key', compute)))).toEqual([2, 2, 2]);
  expect(flights.size()).toBe(0);
});
