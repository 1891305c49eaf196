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

/** 1 MiB: small enough to be lost cheaply on a poor line, several are kept in flight instead. */
export const CHUNK_BYTES = 1 << 20;

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
