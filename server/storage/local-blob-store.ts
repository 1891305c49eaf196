import { randomUUID } from 'node:crypto';
import {
  copyFile,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  stat,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { AppError } from '../../shared/errors/app-error.ts';
import { isBlobKey, type BlobKey, type BlobReader, type BlobStore } from './blob-store.ts';
import { syncFolder } from './postgres/cluster.ts';

const STAGING = '.staging';

function newStagingPath(root: string): string {
  return join(root, STAGING, randomUUID());
}

function isMissing(cause: unknown): boolean {
  return (cause as NodeJS.ErrnoException).code === 'ENOENT';
}

function missing(key: string, cause: unknown): AppError {
  return new AppError('storage.blob-missing', 'no such blob', { cause, fields: { key } });
}

function pathOf(root: string, key: BlobKey): string {
  if (!isBlobKey(key)) throw new TypeError('not a blob key');
  const path = join(root, ...key.split('/'));
  // Second lock on the same door: whatever the expression lets through stays below the root.
  if (!path.startsWith(root + sep)) throw new TypeError('a blob key left the store');
  return path;
}

/** Makes the folders of a path and syncs each parent that got a new entry. */
async function makeFolders(root: string, folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = folder; ; made = dirname(made)) {
    await syncFolder(dirname(made));
    if (made === first || relative(root, made) === '') return;
  }
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The file is whole and synced under another name: give it its own, and sync that name too. */
async function publish(root: string, from: string, path: string): Promise<void> {
  await makeFolders(root, dirname(path));
  await rename(from, path);
  await syncFolder(dirname(path));
}

async function readExactly(
  handle: FileHandle,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  // Not from Node's shared pool: a tile outlives the request in caches.
  const bytes = Buffer.allocUnsafeSlow(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) throw new AppError('format.truncated', 'the file ends early');
    done += bytesRead;
  }
  return bytes;
}

function readerOf(handle: FileHandle, size: number, localPath: string): BlobReader {
  return {
    size,
    localPath,
    read: async (offset, length, signal) => {
      signal?.throwIfAborted();
      if (offset < 0 || length < 0 || offset + length > size) {
        throw new AppError('format.truncated', `read of ${length} at ${offset} of ${size}`);
      }
      return await readExactly(handle, offset, length);
    },
    close: () => handle.close(),
  };
}

async function writeSynced(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of bytes) {
      signal?.throwIfAborted();
      await handle.writeFile(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * What a killed process left half-written has no name in the store and nobody misses it. Other processes
 * may be writing at this moment, so only what nobody has touched for a day goes.
 */
async function removeAbandoned(staging: string): Promise<void> {
  const dayAgo = Date.now() - 24 * 3_600_000;
  for (const name of await readdir(staging)) {
    const path = join(staging, name);
    if ((await stat(path)).mtimeMs < dayAgo) await rm(path, { force: true });
  }
}

async function takeOver(root: string, key: BlobKey, from: string): Promise<void> {
  const path = pathOf(root, key);
  await syncFile(from);
  try {
    await publish(root, from, path);
  } catch (cause) {
    // The staging folder may lie on another disk, where a rename cannot reach.
    if ((cause as NodeJS.ErrnoException).code !== 'EXDEV') throw cause;
    const beside = newStagingPath(root);
    await copyFile(from, beside);
    await syncFile(beside);
    await publish(root, beside, path);
    await rm(from, { force: true });
  }
}

async function write(
  root: string,
  key: BlobKey,
  bytes: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  const path = pathOf(root, key);
  const beside = newStagingPath(root);
  try {
    await writeSynced(beside, bytes, signal);
    await publish(root, beside, path);
  } catch (cause) {
    await rm(beside, { force: true });
    throw cause;
  }
}

async function openReader(root: string, key: BlobKey): Promise<BlobReader> {
  const path = pathOf(root, key);
  try {
    const handle = await open(path, 'r');
    return readerOf(handle, (await handle.stat()).size, path);
  } catch (cause) {
    throw isMissing(cause) ? missing(key, cause) : cause;
  }
}

async function exists(root: string, key: BlobKey): Promise<boolean> {
  try {
    return (await stat(pathOf(root, key))).isFile();
  } catch (cause) {
    if (isMissing(cause)) return false;
    throw cause;
  }
}

async function remove(root: string, key: BlobKey): Promise<void> {
  const path = pathOf(root, key);
  await rm(path, { force: true });
  await syncFolder(dirname(path)).catch((cause: unknown) => {
    if (!isMissing(cause)) throw cause;
  });
}

/** Blobs as files below one folder, which several processes may use at once. */
export async function openLocalBlobStore(folder: string): Promise<BlobStore> {
  const root = resolve(folder);
  const staging = join(root, STAGING);
  await makeFolders(root, root);
  await makeFolders(root, staging);
  await removeAbandoned(staging);
  return {
    put: async (key, bytes, signal) => await write(root, key, bytes, signal),
    putFile: async (key, stagingPath) => await takeOver(root, key, stagingPath),
    openReader: async (key) => await openReader(root, key),
    exists: async (key) => await exists(root, key),
    delete: async (key) => await remove(root, key),
    check: async () => {
      const probe = newStagingPath(root);
      await writeFile(probe, 'ready');
      await rm(probe);
    },
  };
}
