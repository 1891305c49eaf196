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
 * 256 KiB: a field at 40x lies in some ten chunks, one for each row of tiles, and at 20 Mbit/s ten of these take
 * a second; several are kept in flight, so that the line stays full. A multiple of the blocks that readers read.
 */
export const CHUNK_BYTES = 256 << 10;

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
