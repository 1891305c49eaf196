import { constants } from 'node:fs';
import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { UploadId } from '../../shared/ids.ts';

/** One staging file of an upload and its final size. The number is the file's place in the upload. */
export interface StagedFile {
  readonly uploadId: UploadId;
  readonly file: number;
  readonly bytes: number;
}

export interface StagedPiece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Where chunks lie until the last one is in. Names are ids and numbers, never a user's. */
export interface Staging {
  pathOf(uploadId: UploadId, file: number): string;
  /** Writes the pieces at their offsets; they are on disk when it resolves. */
  write(file: StagedFile, pieces: readonly StagedPiece[]): Promise<void>;
  /** Size of a staging file, or undefined when there is none. */
  sizeOf(uploadId: UploadId, file: number): Promise<number | undefined>;
  remove(uploadId: string): Promise<void>;
  /** Names of the folders that are there. */
  list(): Promise<string[]>;
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

async function writeFully(handle: FileHandle, { offset, bytes }: StagedPiece): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, offset + done);
    done += bytesWritten;
  }
}

/** @param folder on the disk that also holds the originals, so that finishing is a rename */
export async function openStaging(folder: string): Promise<Staging> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await syncFolder(dirname(folder));
  /** Files whose names this process has synced: a name that is not on disk loses its bytes with it. */
  const named = new Set<string>();
  const folderOf = (uploadId: string): string => join(folder, uploadId);
  const pathOf = (uploadId: string, file: number): string => join(folderOf(uploadId), String(file));

  return {
    pathOf,
    write: async ({ uploadId, file, bytes }, pieces) => {
      const path = pathOf(uploadId, file);
      const handle = await openOrCreate(path);
      try {
        if ((await handle.stat()).size !== bytes) await handle.truncate(bytes);
        for (const piece of pieces) await writeFully(handle, piece);
        await handle.datasync();
      } finally {
        await handle.close();
      }
      if (named.has(path)) return;
      await syncFolder(folderOf(uploadId));
      await syncFolder(folder);
      named.add(path);
    },
    sizeOf: async (uploadId, file) => {
      try {
        return (await stat(pathOf(uploadId, file))).size;
      } catch (cause) {
        if (isMissing(cause)) return undefined;
        throw cause;
      }
    },
    remove: async (uploadId) => {
      await rm(folderOf(uploadId), { recursive: true, force: true });
      for (const path of named) if (dirname(path) === folderOf(uploadId)) named.delete(path);
    },
    list: () => readdir(folder),
  };
}
