import { constants } from 'node:fs';
import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../shared/errors/app-error.ts';
import { chunkPlace, chunksOfFile } from '../../shared/upload/chunk-grid.ts';
import type { Run } from '../../shared/upload/received-runs.ts';
import type { StagedChunk, StagedFile, StagedGrid, Staging } from './staging.ts';

interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

function isMissing(cause: unknown): boolean {
  return (cause as NodeJS.ErrnoException).code === 'ENOENT';
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Never empties what is there: chunks come in any order, and again after a restart. */
async function openOrCreate(path: string): Promise<FileHandle> {
  const flags = constants.O_RDWR | constants.O_CREAT;
  try {
    return await open(path, flags, 0o600);
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
  }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return await open(path, flags, 0o600);
}

async function writeFully(handle: FileHandle, { offset, bytes }: Piece): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, offset + done);
    done += bytesWritten;
  }
}

async function readFully(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) throw new Error(`a staging file ends at ${offset + done}`);
    done += bytesRead;
  }
  return bytes;
}

/** Opened at the first read: the file is made by the first chunk. Stays readable when it moves into the store. */
function openLazily(path: string): StagedFile {
  let opening: Promise<FileHandle> | undefined;
  async function handle(): Promise<FileHandle | undefined> {
    opening ??= open(path, 'r');
    try {
      return await opening;
    } catch (cause) {
      opening = undefined;
      if (!isMissing(cause)) throw cause;
      return undefined;
    }
  }
  return {
    read: async (offset, length) => {
      const opened = await handle();
      return opened === undefined ? undefined : await readFully(opened, offset, length);
    },
    close: async () => {
      // Why it could not be opened was told to the read that asked for it.
      const opened = await opening?.catch(() => undefined);
      opening = undefined;
      await opened?.close();
    },
  };
}

function piecesOf(grid: StagedGrid, chunks: readonly StagedChunk[]): Map<number, Piece[]> {
  const pieces = new Map<number, Piece[]>();
  for (const { index, bytes } of chunks) {
    const place = chunkPlace(grid.files, grid.chunkBytes, index);
    if (place === undefined) throw new AppError('upload.wrong-chunk', 'outside the grid');
    const list = pieces.get(place.file) ?? [];
    list.push({ offset: place.offset, bytes });
    pieces.set(place.file, list);
  }
  return pieces;
}

async function writePieces(path: string, size: number, pieces: readonly Piece[]): Promise<void> {
  const handle = await openOrCreate(path);
  try {
    if ((await handle.stat()).size !== size) await handle.truncate(size);
    for (const piece of pieces) await writeFully(handle, piece);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}

/**
 * Files of their final size, with holes. For one server process, whose folder it is.
 * @param folder on the disk that also holds the originals, so that finishing is a rename
 */
export async function openFolderStaging(folder: string): Promise<Staging> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await syncFolder(dirname(folder));
  /** Files whose names this process has synced: a name that is not on disk loses its bytes with it. */
  const named = new Set<string>();
  const folderOf = (uploadId: string): string => join(folder, uploadId);
  const pathOf = ({ id }: StagedGrid, file: number): string => join(folderOf(id), String(file));

  return {
    isShared: false,
    write: async (grid, chunks) => {
      for (const [file, pieces] of piecesOf(grid, chunks)) {
        const path = pathOf(grid, file);
        await writePieces(path, grid.files[file]?.bytes ?? 0, pieces);
        if (named.has(path)) continue;
        await syncFolder(folderOf(grid.id));
        await syncFolder(folder);
        named.add(path);
      }
    },
    openFile: (grid, file) => openLazily(pathOf(grid, file)),
    wholeFile: (grid, file) => ({ kind: 'file', at: pathOf(grid, file) }),
    missing: async (grid) => {
      const lost: Run[] = [];
      let first = 0;
      for (const [file, { bytes }] of grid.files.entries()) {
        const afterLast = first + chunksOfFile(bytes, grid.chunkBytes);
        if ((await sizeOf(pathOf(grid, file))) !== bytes) lost.push([first, afterLast]);
        first = afterLast;
      }
      return lost;
    },
    remove: async (uploadId) => {
      await rm(folderOf(uploadId), { recursive: true, force: true });
      for (const path of named) if (dirname(path) === folderOf(uploadId)) named.delete(path);
    },
    list: () => readdir(folder),
  };
}
