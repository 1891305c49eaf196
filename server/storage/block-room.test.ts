import { expect, test } from 'vitest';
import { AppError } from '../../shared/errors/app-error.ts';
import type { ByteSource } from '../../shared/bytes/byte-source.ts';
import { bytesSource } from '../../shared/bytes/bytes-source.ts';
import { createBlockRoom } from './block-room.ts';

const BYTES = Uint8Array.from({ length: 1_000 }, (_, index) => (index * 7) % 256);

function watched(failures = 0) {
  const reads: (readonly [number, number])[] = [];
  const inner = bytesSource(BYTES);
  let left = failures;
  const source: ByteSource = {
    size: inner.size,
    read: async (offset, length) => {
      reads.push([offset, length]);
      left -= 1;
      if (left >= 0) throw new AppError('storage.store-away', 'away');
      return await inner.read(offset, length);
    },
  };
  return { source, reads };
}

const roomOf = (maxBytes: number) =>
  createBlockRoom({ blockBytes: 100, maxBytes, longestRead: 400 });

test('any range comes back, and its blocks are read once however many ask', async () => {
  const { source, reads } = watched();
  const cached = roomOf(10_000).withBlocks('a', source);
  const ranges = [
    [0, 10],
    [95, 10],
    [150, 251],
    [990, 10],
    [5, 0],
  ] as const;
  const parts = await Promise.all(ranges.map(([offset, length]) => cached.read(offset, length)));
  for (const [at, [offset, length]] of ranges.entries()) {
    expect(Buffer.from(parts[at] ?? [])).toEqual(Buffer.from(BYTES.slice(offset, offset + length)));
  }
  expect(reads.length).toBe(6);
});

test('sources share the room, and the block unused for longest goes first', async () => {
  const room = roomOf(200);
  const [a, b] = [watched(), watched()];
  const [readA, readB] = [room.withBlocks('a', a.source), room.withBlocks('b', b.source)];
  await readA.read(0, 1);
  await readB.read(0, 1);
  await readA.read(1, 1);
  await readB.read(100, 1);
  expect(room.bytes()).toBe(200);
  await readA.read(2, 1);
  expect(a.reads.length).toBe(1);
  await readB.read(0, 1);
  expect(b.reads.length).toBe(3);
});

test('a failed read is not kept, and takes no room', async () => {
  const room = roomOf(1_000);
  const { source, reads } = watched(1);
  const cached = room.withBlocks('a', source);
  await expect(cached.read(0, 10)).rejects.toMatchObject({ code: 'storage.store-away' });
  expect(room.bytes()).toBe(0);
  expect((await cached.read(0, 10)).length).toBe(10);
  expect(reads.length).toBe(2);
});

test('who reads a whole file goes past the room', async () => {
  const room = roomOf(1_000);
  const { source, reads } = watched();
  await room.withBlocks('a', source).read(0, 900);
  expect(reads).toEqual([[0, 900]]);
  expect(room.bytes()).toBe(0);
});

test('what is given out does not keep its block alive', async () => {
  const cached = roomOf(1_000).withBlocks('a', watched().source);
  expect((await cached.read(3, 5)).buffer.byteLength).toBe(5);
});
