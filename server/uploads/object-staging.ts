import { AppError } from '../../shared/errors/app-error.ts';
import type { UploadId } from '../../shared/ids.ts';
import { chunkPlace, chunksOfRange } from '../../shared/upload/chunk-grid.ts';
import { missingRuns, runsOfIndices } from '../../shared/upload/received-runs.ts';
import type { ObjectFolder } from '../storage/object-folder.ts';
import type { StagedGrid, Staging } from './staging.ts';

const PREFIX = 'staging/';
/** Chunks that are sent or fetched at once: some 4 MiB on their way. */
const AT_ONCE = 16;

function folderOf(uploadId: string): string {
  return `${PREFIX}${uploadId}/`;
}

function keyOf({ id }: { readonly id: UploadId }, index: number): string {
  return `${folderOf(id)}${index}`;
}

/** @throws AppError 'upload.wrong-chunk' */
function bytesOf({ files, chunkBytes }: StagedGrid, index: number): number {
  const place = chunkPlace(files, chunkBytes, index);
  if (place === undefined) throw new AppError('upload.wrong-chunk', 'outside the grid');
  return place.bytes;
}

async function inSlots<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  const slot = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, slot));
}

/** Each chunk in its turn, while the next ones are on their way already. */
async function* fetchAhead(
  fetchChunk: (index: number) => Promise<Uint8Array>,
  first: number,
  afterLast: number,
): AsyncGenerator<Uint8Array> {
  const coming: Promise<Uint8Array>[] = [];
  let next = first;
  const begin = (): void => {
    const chunk = fetchChunk(next);
    // Whoever takes it in its turn hears of its failure; until then nobody listens.
    chunk.catch(() => undefined);
    coming.push(chunk);
    next += 1;
  };
  while (next < afterLast && coming.length < AT_ONCE) begin();
  for (let chunk = coming.shift(); chunk !== undefined; chunk = coming.shift()) {
    yield await chunk;
    if (next < afterLast) begin();
  }
}

/**
 * Every chunk an object of its own, named by upload and index: any process takes it in, any other reads it, and none
 * of them is missed when it dies.
 */
export function openObjectStaging(objects: ObjectFolder): Staging {
  async function readChunks(
    grid: StagedGrid,
    [first, afterLast]: readonly [number, number],
  ): Promise<Uint8Array[] | undefined> {
    const indices = Array.from({ length: afterLast - first }, (_, at) => first + at);
    try {
      return await Promise.all(
        indices.map((index) => objects.getKept(keyOf(grid, index), bytesOf(grid, index))),
      );
    } catch (cause) {
      if (cause instanceof AppError && cause.code === 'storage.blob-missing') return undefined;
      throw cause;
    }
  }

  return {
    isShared: true,
    write: async (grid, chunks) => {
      for (const { index } of chunks) bytesOf(grid, index);
      await inSlots(chunks, ({ index, bytes }) => objects.put(keyOf(grid, index), bytes));
    },
    openFile: (grid, file) => ({
      read: async (offset, length) => {
        const range = { file, offset, length };
        const [first, afterLast] = chunksOfRange(grid.files, grid.chunkBytes, range);
        const chunks = await readChunks(grid, [first, afterLast]);
        const skip = offset % grid.chunkBytes;
        if (chunks === undefined) return undefined;
        return new Uint8Array(Buffer.concat(chunks).subarray(skip, skip + length));
      },
      close: () => Promise.resolve(),
    }),
    wholeFile: (grid, file) => {
      const length = grid.files[file]?.bytes ?? 0;
      const [first, afterLast] = chunksOfRange(grid.files, grid.chunkBytes, {
        file,
        offset: 0,
        length,
      });
      const fetchChunk = (index: number) => objects.get(keyOf(grid, index), bytesOf(grid, index));
      return { kind: 'stream', open: () => fetchAhead(fetchChunk, first, afterLast) };
    },
    missing: async (grid) => {
      const keys = await objects.keysBelow(folderOf(grid.id));
      const there = keys.map((key) => Number(key.slice(folderOf(grid.id).length)));
      return missingRuns(runsOfIndices(there), grid.chunkCount);
    },
    remove: async (uploadId) =>
      await objects.deleteAll(await objects.keysBelow(folderOf(uploadId))),
    list: () => objects.foldersBelow(PREFIX),
  };
}
