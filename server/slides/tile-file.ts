import { randomUUID } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { WarmRead } from '../imaging/warm-read.ts';

/** "FST1", length, CRC-32 of the bytes; little-endian. */
const MAGIC = 0x3154_5346;
export const TILE_HEADER_BYTES = 12;
const BESIDE = '.part';

function wrap(tile: Uint8Array): Buffer {
  const file = Buffer.allocUnsafe(TILE_HEADER_BYTES + tile.length);
  file.writeUInt32LE(MAGIC, 0);
  file.writeUInt32LE(tile.length, 4);
  file.writeUInt32LE(crc32(tile), 8);
  file.set(tile, TILE_HEADER_BYTES);
  return file;
}

/** The tile inside, or undefined for anything that is not a whole one. */
function unwrap(file: Buffer): Buffer | undefined {
  if (file.length < TILE_HEADER_BYTES || file.readUInt32LE(0) !== MAGIC) return undefined;
  const tile = file.subarray(TILE_HEADER_BYTES);
  const whole = tile.length === file.readUInt32LE(4) && crc32(tile) === file.readUInt32LE(8);
  return whole ? tile : undefined;
}

/** Written beside and renamed. Not synced: after a power cut the checksum tells, and it is made again. */
export async function writeTileFile(path: string, tile: Uint8Array): Promise<void> {
  const beside = `${path}.${randomUUID()}${BESIDE}`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(beside, wrap(tile));
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true });
    throw cause;
  }
}

/** The tile, or undefined when the file is torn or damaged. Rejects when it cannot be read. */
export async function readTileFile(path: string): Promise<Buffer | undefined> {
  return unwrap(await readFile(path));
}

/**
 * The same at once, when the file lies in the page cache; else undefined. Four trips to the thread pool cost ten
 * times as much, and under load each of them waits. Opening looks the name up, which the scan at the start or
 * the writing has done before: the system remembers it.
 * @param bytes of the file, header included
 */
export function readTileFileWarm(read: WarmRead, path: string, bytes: number): Buffer | undefined {
  const descriptor = openSync(path, 'r');
  try {
    const file = Buffer.allocUnsafeSlow(bytes);
    return read(descriptor, file, 0) === undefined ? undefined : unwrap(file);
  } finally {
    closeSync(descriptor);
  }
}

export interface FoundTileFile {
  readonly name: string;
  /** On disk, header included. */
  readonly bytes: number;
  readonly usedMs: number;
}

async function scanFolder(folder: string): Promise<FoundTileFile[]> {
  const found: FoundTileFile[] = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (name.endsWith(BESIDE)) {
      // A kill left it half-written.
      await rm(path, { force: true });
      continue;
    }
    const { size, atimeMs, mtimeMs } = await stat(path);
    found.push({ name, bytes: size, usedMs: Math.max(atimeMs, mtimeMs) });
  }
  return found;
}

/** The tile files that an earlier run has left in the folders below, the one unused for longest first. */
export async function scanTileFiles(folder: string): Promise<FoundTileFile[]> {
  await mkdir(folder, { recursive: true });
  const found: FoundTileFile[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) found.push(...(await scanFolder(join(folder, entry.name))));
  }
  return found.sort((a, b) => a.usedMs - b.usedMs);
}
