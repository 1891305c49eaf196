import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isBlobKey, type BlobKey, type BlobStore } from '../../server/storage/blob-store.ts';

function keyOf(text: string): BlobKey {
  if (!isBlobKey(text)) throw new Error(`not a key: ${text}`);
  return text;
}

function* inPieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function* arriving(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (const piece of inPieces(bytes, size)) yield await Promise.resolve(piece);
}

async function* cutOff(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
  throw new Error('the line was cut');
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What every BlobStore promises. `open` gives a fresh, empty store. */
export function describeBlobStore(
  name: string,
  open: () => Promise<{ store: BlobStore; dispose(): Promise<void> }>,
): void {
  describe(`blob store: ${name}`, () => {
    const bytes = randomBytes(300_001);
    const key = keyOf(`hospital/${digestOf(bytes)}/original.svs`);
    let opened: Awaited<ReturnType<typeof open>>;
    let folder: string;
    beforeAll(async () => {
      opened = await open();
      folder = await mkdtemp(join(tmpdir(), 'blob-contract-'));
    });
    afterAll(async () => {
      await opened.dispose();
      await rm(folder, { recursive: true, force: true });
    });

    test('what was put is read back, at any position', async () => {
      await opened.store.put(key, arriving(bytes, 65_536));
      const reader = await opened.store.openReader(key);
      expect(reader.size).toBe(bytes.length);
      for (const [offset, length] of [
        [0, 1],
        [65_530, 20],
        [bytes.length - 7, 7],
        [0, bytes.length],
        [12, 0],
      ] as const) {
        const read = await reader.read(offset, length);
        expect(digestOf(read)).toBe(digestOf(bytes.subarray(offset, offset + length)));
      }
      await reader.close();
    });

    test('a read beyond the end is refused, not shortened', async () => {
      const reader = await opened.store.openReader(key);
      for (const [offset, length] of [
        [bytes.length - 3, 4],
        [bytes.length + 1, 1],
        [-1, 2],
      ] as const) {
        await expect(reader.read(offset, length)).rejects.toMatchObject({
          code: 'format.truncated',
        });
      }
      await reader.close();
    });

    test('a read whose reader gave up is refused', async () => {
      const reader = await opened.store.openReader(key);
      await expect(reader.read(0, 8, AbortSignal.abort())).rejects.toThrow(/abort/i);
      await reader.close();
    });

    test('many reads at once each get their own bytes', async () => {
      const reader = await opened.store.openReader(key);
      const offsets = Array.from({ length: 64 }, (_, index) => index * 4_000);
      const reads = await Promise.all(offsets.map((offset) => reader.read(offset, 3_000)));
      expect(reads.map(digestOf)).toEqual(
        offsets.map((offset) => digestOf(bytes.subarray(offset, offset + 3_000))),
      );
      await reader.close();
    });

    test('a blob that is being written cannot be seen, and a write that failed leaves nothing', async () => {
      const half = keyOf('hospital/half');
      await expect(opened.store.put(half, cutOff(bytes))).rejects.toThrow('the line was cut');
      expect(await opened.store.exists(half)).toBe(false);
      await expect(opened.store.openReader(half)).rejects.toMatchObject({
        code: 'storage.blob-missing',
      });
    });

    test('a finished file is taken over, and its staging file is gone', async () => {
      const staging = join(folder, 'staged');
      await writeFile(staging, bytes);
      const moved = keyOf('hospital/moved/original.svs');
      await opened.store.putFile(moved, staging);
      const reader = await opened.store.openReader(moved);
      expect(digestOf(await reader.read(0, reader.size))).toBe(digestOf(bytes));
      await reader.close();
      await expect(stat(staging)).rejects.toMatchObject({ code: 'ENOENT' });
    });

    test('the same key again replaces the blob as a whole, and open readers never get the new bytes', async () => {
      const again = keyOf('hospital/again');
      await opened.store.put(again, arriving(bytes, 65_536));
      const before = await opened.store.openReader(again);
      await opened.store.put(again, arriving(bytes.subarray(0, 10), 4));
      const after = await opened.store.openReader(again);
      expect(after.size).toBe(10);
      const kept = await before.read(0, before.size).catch((cause: unknown) => cause);
      if (kept instanceof Uint8Array) expect(digestOf(kept)).toBe(digestOf(bytes));
      else expect(kept).toMatchObject({ code: 'storage.blob-replaced' });
      await before.close();
      await after.close();
    });

    test('what was deleted is gone, and deleting it twice is no error', async () => {
      const doomed = keyOf('hospital/doomed');
      await opened.store.put(doomed, arriving(bytes.subarray(0, 99), 10));
      expect(await opened.store.exists(doomed)).toBe(true);
      await opened.store.delete(doomed);
      await opened.store.delete(doomed);
      expect(await opened.store.exists(doomed)).toBe(false);
    });

    test('a blob of many pieces, larger than any part of it that travels at once, comes back whole', async () => {
      const large = keyOf('hospital/large');
      const hash = createHash('sha256');
      async function* pieces(): AsyncGenerator<Uint8Array> {
        for (let at = 0; at < 40; at += 1) {
          const piece = await Promise.resolve(randomBytes(1_000_003));
          hash.update(piece);
          yield piece;
        }
      }
      await opened.store.put(large, pieces());
      const reader = await opened.store.openReader(large);
      expect(reader.size).toBe(40 * 1_000_003);
      const read = createHash('sha256');
      for (let at = 0; at < reader.size; at += 7_000_000) {
        read.update(await reader.read(at, Math.min(7_000_000, reader.size - at)));
      }
      expect(read.digest('hex')).toBe(hash.digest('hex'));
      await reader.close();
    });

    test('a large write that fails half-way leaves nothing', async () => {
      const half = keyOf('hospital/large-half');
      async function* pieces(): AsyncGenerator<Uint8Array> {
        for (let at = 0; at < 40; at += 1) yield await Promise.resolve(randomBytes(1_000_000));
        throw new Error('the line was cut late');
      }
      await expect(opened.store.put(half, pieces())).rejects.toThrow('the line was cut late');
      expect(await opened.store.exists(half)).toBe(false);
    });

    test('a store that answers says so', async () => {
      await opened.store.check();
    });

    test('an empty blob is a blob', async () => {
      const empty = keyOf('hospital/empty');
      await opened.store.put(empty, arriving(new Uint8Array(0), 1));
      const reader = await opened.store.openReader(empty);
      expect(reader.size).toBe(0);
      await reader.close();
    });

    test('a text that is not a key never reaches the store', async () => {
      for (const text of [
        '../etc/passwd',
        'a/../b',
        '/etc/passwd',
        'a//b',
        '.staging/x',
        'A',
        'a\\b',
        'a\0',
        '',
        'a/',
      ]) {
        expect(isBlobKey(text), text).toBe(false);
        await expect(opened.store.openReader(text)).rejects.toThrow();
      }
    });
  });
}
