import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StagedGrid, Staging } from '../../server/uploads/staging.ts';
import { UploadId } from '../../shared/ids.ts';
import { chunkCount, chunkPlace } from '../../shared/upload/chunk-grid.ts';
import { countIndices } from '../../shared/upload/received-runs.ts';

/** Two processes on one staging; where only one may use it, both are the same. */
export interface OpenedStaging {
  readonly here: Staging;
  readonly there: Staging;
  dispose(): Promise<void>;
}

const CHUNK = 10_000;

interface Sent {
  readonly grid: StagedGrid;
  readonly contents: readonly Buffer[];
  readonly indices: readonly number[];
  readonly chunk: (index: number) => { readonly index: number; readonly bytes: Uint8Array };
}

function newUpload(sizes: readonly number[]): Sent {
  const contents = sizes.map((bytes) => randomBytes(bytes));
  const files = sizes.map((bytes, at) => ({ path: `${at}.dcm`, bytes }));
  const count = chunkCount(files, CHUNK);
  const grid = {
    id: UploadId.parse(randomUUID()),
    files,
    chunkBytes: CHUNK,
    chunkCount: count,
  };
  return {
    grid,
    contents,
    indices: Array.from({ length: count }, (_, index) => index),
    chunk: (index) => {
      const place = chunkPlace(files, CHUNK, index);
      if (place === undefined) throw new RangeError(`no chunk ${index}`);
      const { file, offset, bytes } = place;
      return { index, bytes: contents[file]?.subarray(offset, offset + bytes) ?? Buffer.of() };
    },
  };
}

async function wholeOf(staging: Staging, grid: StagedGrid, file: number): Promise<Buffer> {
  const staged = staging.wholeFile(grid, file);
  if (staged.kind === 'file') return await readFile(staged.at);
  const pieces: Uint8Array[] = [];
  for await (const piece of staged.open()) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** What every Staging promises. */
export function describeStaging(name: string, open: () => Promise<OpenedStaging>): void {
  describe(`staging: ${name}`, () => {
    let opened: OpenedStaging;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.dispose());

    test('chunks in any order, from several processes and twice over, become the files', async () => {
      const { here, there } = opened;
      const upload = newUpload([98_765, 0, 10_000, 1]);
      const { grid, indices } = upload;
      const order = indices.toSorted((a, b) => ((a * 7) % 13) - ((b * 7) % 13));
      for (const [at, index] of order.entries()) {
        await (at % 2 === 0 ? here : there).write(grid, [upload.chunk(index)]);
      }
      await there.write(grid, indices.slice(0, 5).map(upload.chunk));
      expect(await here.missing(grid)).toEqual([]);
      for (const [file, content] of upload.contents.entries()) {
        expect((await wholeOf(there, grid, file)).equals(content)).toBe(true);
      }
      await here.remove(grid.id);
    });

    test('what one process wrote another reads, at any position and across chunks', async () => {
      const { here, there } = opened;
      const upload = newUpload([55_555, 33_333]);
      const { grid, contents } = upload;
      await here.write(grid, upload.indices.map(upload.chunk));
      for (const [file, content] of contents.entries()) {
        const staged = there.openFile(grid, file);
        for (const [offset, length] of [
          [0, 1],
          [9_990, 25],
          [5, 30_000],
          [content.length - 3, 3],
          [0, content.length],
        ] as const) {
          const read = await staged.read(offset, length);
          expect(
            Buffer.compare(read ?? Buffer.of(), content.subarray(offset, offset + length)),
          ).toBe(0);
        }
        await staged.close();
      }
      await here.remove(grid.id);
    });

    test('a file that is opened before its first chunk is read when that is there', async () => {
      const { here, there } = opened;
      const upload = newUpload([20_000]);
      const staged = there.openFile(upload.grid, 0);
      expect(await staged.read(0, 10)).toBeUndefined();
      await here.write(upload.grid, [upload.chunk(0)]);
      const read = await staged.read(0, 10);
      expect(
        Buffer.from(read ?? []).equals(upload.contents[0]?.subarray(0, 10) ?? Buffer.of()),
      ).toBe(true);
      await staged.close();
      await here.remove(upload.grid.id);
    });

    test('what is removed is missing, is listed no more, and removing it again is no error', async () => {
      const { here, there } = opened;
      const upload = newUpload([45_000]);
      const { grid } = upload;
      await here.write(grid, upload.indices.map(upload.chunk));
      expect(await there.list()).toContain(grid.id);
      await there.remove(grid.id);
      await there.remove(grid.id);
      expect(countIndices(await here.missing(grid))).toBe(grid.chunkCount);
      expect(await here.list()).not.toContain(grid.id);
    });

    test('a chunk beyond the grid is refused', async () => {
      const { here } = opened;
      const { grid } = newUpload([1_000]);
      const beyond = { index: grid.chunkCount, bytes: new Uint8Array(1) };
      await expect(here.write(grid, [beyond])).rejects.toMatchObject({
        code: 'upload.wrong-chunk',
      });
    });
  });
}
