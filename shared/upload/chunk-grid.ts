/**
 * A fixed grid of chunks over the files of one upload. Each file starts a new chunk, so that a chunk never
 * spans two files. Chunk indices run through all files in order.
 */
export interface UploadFile {
  readonly path: string;
  readonly bytes: number;
}

export interface ChunkPlace {
  readonly file: number;
  /** Offset inside the file. */
  readonly offset: number;
  readonly bytes: number;
}

/**
 * The smallest chunk, 64 KiB: what a reader waits for should bring little else along, and at 2 Mbit/s this alone
 * takes a quarter of a second. Several travel in one request where the line is faster (see line-pace.ts). A
 * multiple of the blocks that readers read.
 */
export const CHUNK_BYTES = 64 << 10;

/** Each chunk has a row until the upload is finished: a large upload gets larger chunks, not more of them. */
const MOST_CHUNKS = 32_768;

/** Bytes of a chunk for files of so many bytes together. The same for the same files, wherever they come from. */
export function chunkBytesFor(totalBytes: number): number {
  let chunkBytes = CHUNK_BYTES;
  while (totalBytes / chunkBytes > MOST_CHUNKS) chunkBytes *= 2;
  return chunkBytes;
}

export function chunksOfFile(bytes: number, chunkBytes: number): number {
  return Math.max(1, Math.ceil(bytes / chunkBytes));
}

export function chunkCount(files: readonly UploadFile[], chunkBytes: number): number {
  return files.reduce((sum, file) => sum + chunksOfFile(file.bytes, chunkBytes), 0);
}

/** Where a chunk lies, or undefined when the grid has no such chunk. */
export function chunkPlace(
  files: readonly UploadFile[],
  chunkBytes: number,
  index: number,
): ChunkPlace | undefined {
  if (!Number.isInteger(index) || index < 0) return undefined;
  let first = 0;
  for (const [file, { bytes }] of files.entries()) {
    const count = chunksOfFile(bytes, chunkBytes);
    if (index < first + count) {
      const offset = (index - first) * chunkBytes;
      return { file, offset, bytes: Math.min(chunkBytes, bytes - offset) };
    }
    first += count;
  }
  return undefined;
}

/** The chunks that hold bytes of one file, as [first, afterLast). */
export function chunksOfRange(
  files: readonly UploadFile[],
  chunkBytes: number,
  range: { readonly file: number; readonly offset: number; readonly length: number },
): readonly [first: number, afterLast: number] {
  let first = 0;
  for (let file = 0; file < range.file; file += 1) {
    first += chunksOfFile(files[file]?.bytes ?? 0, chunkBytes);
  }
  const last = Math.floor((range.offset + Math.max(1, range.length) - 1) / chunkBytes);
  return [first + Math.floor(range.offset / chunkBytes), first + last + 1];
}
