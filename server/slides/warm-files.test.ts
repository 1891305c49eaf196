import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bytesSource } from '../../shared/bytes/bytes-source.ts';
import { warmRead } from '../imaging/warm-read.ts';
import { withWarmReads } from './warm-files.ts';

let folder: string;
let path: string;
const CONTENT = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 31) & 255);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'farscope-warm-'));
  path = join(folder, 'slide');
  await writeFile(path, CONTENT);
  await readFile(path);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A store that counts what it is asked for. */
function store() {
  const whole = bytesSource(CONTENT);
  const asked: [number, number][] = [];
  const source = {
    size: whole.size,
    localPath: path,
    read: (offset: number, length: number) => {
      asked.push([offset, length]);
      return whole.read(offset, length);
    },
  };
  return { file: { path: 'slide', source }, asked };
}

test('what is in the page cache is read without the store, where the system can', async () => {
  const { file, asked } = store();
  const warm = withWarmReads([file]);
  const bytes = await warm.files[0]?.source.read(1_000, 5_000);
  expect(Buffer.from(bytes ?? [])).toEqual(Buffer.from(CONTENT.subarray(1_000, 6_000)));
  expect(asked).toHaveLength(warmRead() === undefined ? 1 : 0);
  warm.close();
});

test('what is not there at once is asked of the store', async () => {
  const { file, asked } = store();
  const warm = withWarmReads([file], () => undefined);
  const bytes = await warm.files[0]?.source.read(7, 9);
  expect(Buffer.from(bytes ?? [])).toEqual(Buffer.from(CONTENT.subarray(7, 16)));
  expect(asked).toEqual([[7, 9]]);
  warm.close();
});

test('beyond the end, after closing, and for a file without a path, the store answers', async () => {
  const { file, asked } = store();
  const warm = withWarmReads([file]);
  await expect(warm.files[0]?.source.read(99_999, 2)).rejects.toMatchObject({
    code: 'format.truncated',
  });
  await warm.files[0]?.source.read(0, 10);
  warm.close();
  await warm.files[0]?.source.read(0, 10);
  expect(asked.at(-1)).toEqual([0, 10]);
  const bare = { path: 'slide', source: bytesSource(CONTENT) };
  expect(withWarmReads([bare]).files[0]).toBe(bare);
});
