import { describe, expect, test } from 'vitest';
import { AppError } from '../errors/app-error.ts';
import type { ByteSource } from './byte-source.ts';
import { bytesSource } from './bytes-source.ts';
import { withBlockCache } from './block-cache.ts';
import { withCoalescing } from './coalesce-reads.ts';

const BYTES = Uint8Array.from({ length: 1_000 }, (_, index) => index % 256);

/** Counts reads, and fails those at the offsets given until they are taken away. */
function watched(failing = new Set<number>()) {
  const reads: (readonly [number, number])[] = [];
  const inner = bytesSource(BYTES);
  const source: ByteSource = {
    size: inner.size,
    async read(offset, length) {
      reads.push([offset, length]);
      if (failing.has(offset)) throw new AppError('tile.not-arrived', 'not here yet');
      return inner.read(offset, length);
    },
  };
  return { source, reads };
}

describe('a block cache', () => {
  test('returns the bytes of any range, across blocks and at the end', async () => {
    const cached = withBlockCache(bytesSource(BYTES), { blockBytes: 64, blocks: 20 });
    for (const [offset, length] of [
      [0, 10],
      [60, 10],
      [100, 700],
      [990, 10],
      [5, 0],
    ] as const) {
      expect(await cached.read(offset, length)).toEqual(BYTES.slice(offset, offset + length));
    }
  });

  test('reads a block once, however many ask at the same time', async () => {
    const { source, reads } = watched();
    const cached = withBlockCache(source, { blockBytes: 100, blocks: 4 });
    await Promise.all([cached.read(0, 10), cached.read(50, 10), cached.read(90, 10)]);
    expect(reads).toEqual([[0, 100]]);
  });

  test('never keeps a failed read', async () => {
    const failing = new Set([0]);
    const { source, reads } = watched(failing);
    const cached = withBlockCache(source, { blockBytes: 100, blocks: 4 });
    await expect(cached.read(0, 10)).rejects.toMatchObject({ code: 'tile.not-arrived' });
    failing.clear();
    expect(await cached.read(0, 10)).toEqual(BYTES.slice(0, 10));
    expect(reads.length).toBe(2);
  });

  test('lets the block go that was unused for longest', async () => {
    const { source, reads } = watched();
    const cached = withBlockCache(source, { blockBytes: 100, blocks: 2 });
    for (const offset of [0, 100, 0, 200, 0]) await cached.read(offset, 1);
    expect(reads.map(([offset]) => offset)).toEqual([0, 100, 200]);
  });

  test('refuses a range beyond the end before reading', async () => {
    const { source, reads } = watched();
    const cached = withBlockCache(source, { blockBytes: 100, blocks: 2 });
    await expect(cached.read(990, 11)).rejects.toMatchObject({ code: 'format.truncated' });
    expect(reads).toEqual([]);
  });

  test('one who gives up does not take the block from the others', async () => {
    const { source } = watched();
    const cached = withBlockCache(source, { blockBytes: 100, blocks: 2 });
    const controller = new AbortController();
    const left = cached.read(0, 10, controller.signal);
    const stays = cached.read(0, 10);
    controller.abort();
    await expect(left).rejects.toThrow();
    expect(await stays).toEqual(BYTES.slice(0, 10));
  });
});

describe('coalesced reads', () => {
  test('near ones of the same turn become one, far ones stay apart', async () => {
    const { source, reads } = watched();
    const joined = withCoalescing(source, { gapBytes: 16, maxBytes: 200 });
    const parts = await Promise.all([
      joined.read(10, 20),
      joined.read(40, 10),
      joined.read(500, 10),
      joined.read(30, 5),
    ]);
    expect(reads).toEqual([
      [10, 40],
      [500, 10],
    ]);
    expect(parts[1]).toEqual(BYTES.slice(40, 50));
    expect(parts[3]).toEqual(BYTES.slice(30, 35));
  });

  test('a piece that fails does not fail its neighbours', async () => {
    const { source } = watched(new Set([0]));
    const joined = withCoalescing(source, { gapBytes: 16, maxBytes: 200 });
    const [first, second] = await Promise.allSettled([joined.read(0, 10), joined.read(12, 10)]);
    expect(first.status).toBe('rejected');
    expect(second).toMatchObject({ status: 'fulfilled', value: BYTES.slice(12, 22) });
  });
});
