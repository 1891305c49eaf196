import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/**
 * Composed tiles on disk, bounded in bytes; the one unused for longest goes first. A tile is whole or
 * absent: it is written beside and renamed, and its header carries length and checksum, so that a torn file is
 * dropped and made again. Nothing here is an original: the folder may be deleted at any time.
 */
export interface DiskTiles {
  get(key: string): Promise<Buffer | undefined>;
  put(key: string, tile: Uint8Array): Promise<void>;
  bytes(): number;
}

export interface DiskTilesOptions {
  readonly folder: string;
  readonly maxBytes: number;
  readonly log: (line: string) => void;
}

/** "FST1", length, CRC-32 of the bytes; little-endian. */
const MAGIC = 0x3154_5346;
const HEADER_BYTES = 12;
/** What a small file takes on disk beyond its bytes, roughly. */
const FILE_OVERHEAD_BYTES = 4_096;
const BESIDE = '.part';

function nameOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 40);
}

function pathOf(folder: string, name: string): string {
  return join(folder, name.slice(0, 2), name);
}

function wrap(tile: Uint8Array): Buffer {
  const file = Buffer.allocUnsafe(HEADER_BYTES + tile.length);
  file.writeUInt32LE(MAGIC, 0);
  file.writeUInt32LE(tile.length, 4);
  file.writeUInt32LE(crc32(tile), 8);
  file.set(tile, HEADER_BYTES);
  return file;
}

/** The tile inside, or undefined for anything that is not a whole one. */
function unwrap(file: Buffer): Buffer | undefined {
  if (file.length < HEADER_BYTES || file.readUInt32LE(0) !== MAGIC) return undefined;
  const tile = file.subarray(HEADER_BYTES);
  const whole = tile.length === file.readUInt32LE(4) && crc32(tile) === file.readUInt32LE(8);
  return whole ? tile : undefined;
}

function isMissing(cause: unknown): boolean {
  return (cause as NodeJS.ErrnoException).code === 'ENOENT';
}

interface Found {
  readonly name: string;
  readonly bytes: number;
  readonly usedMs: number;
}

async function scanShard(folder: string, shard: string): Promise<Found[]> {
  const found: Found[] = [];
  for (const name of await readdir(join(folder, shard))) {
    const path = join(folder, shard, name);
    if (name.endsWith(BESIDE)) {
      await rm(path, { force: true });
      continue;
    }
    const { size, atimeMs, mtimeMs } = await stat(path);
    found.push({ name, bytes: size + FILE_OVERHEAD_BYTES, usedMs: Math.max(atimeMs, mtimeMs) });
  }
  return found;
}

/** The tiles that an earlier run has left, the one unused for longest first. */
async function scan(folder: string): Promise<Found[]> {
  await mkdir(folder, { recursive: true });
  const found: Found[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) found.push(...(await scanShard(folder, entry.name)));
  }
  return found.sort((a, b) => a.usedMs - b.usedMs);
}

/** Opens the cache with what an earlier run has left in it. */
export async function openDiskTiles(options: DiskTilesOptions): Promise<DiskTiles> {
  const { folder, maxBytes, log } = options;
  const sizes = new Map<string, number>();
  let bytes = 0;
  for (const { name, bytes: size } of await scan(folder)) {
    sizes.set(name, size);
    bytes += size;
  }
  await evict();

  async function drop(name: string): Promise<void> {
    bytes -= sizes.get(name) ?? 0;
    sizes.delete(name);
    await rm(pathOf(folder, name), { force: true });
  }

  async function evict(): Promise<void> {
    for (const name of sizes.keys()) {
      if (bytes <= maxBytes) return;
      await drop(name);
    }
  }

  async function write(name: string, tile: Uint8Array): Promise<void> {
    const path = pathOf(folder, name);
    const beside = `${path}.${randomUUID()}${BESIDE}`;
    await mkdir(join(folder, name.slice(0, 2)), { recursive: true });
    try {
      // Not synced: after a power cut the checksum tells, and the tile is made again.
      await writeFile(beside, wrap(tile));
      await rename(beside, path);
    } catch (cause) {
      await rm(beside, { force: true });
      throw cause;
    }
  }

  return {
    get: async (key) => {
      const name = nameOf(key);
      const size = sizes.get(name);
      if (size === undefined) return undefined;
      try {
        const tile = unwrap(await readFile(pathOf(folder, name)));
        if (tile === undefined) {
          await drop(name);
          return undefined;
        }
        sizes.delete(name);
        sizes.set(name, size);
        return tile;
      } catch (cause) {
        if (!isMissing(cause)) log(`a cached tile could not be read: ${String(cause)}`);
        await drop(name);
        return undefined;
      }
    },
    put: async (key, tile) => {
      const name = nameOf(key);
      const size = HEADER_BYTES + tile.length + FILE_OVERHEAD_BYTES;
      if (maxBytes === 0 || size > maxBytes) return;
      try {
        await write(name, tile);
      } catch (cause) {
        // A full disk costs speed, never a tile: what was composed is sent all the same.
        log(`a tile could not be cached: ${String(cause)}`);
        return;
      }
      bytes += size - (sizes.get(name) ?? 0);
      sizes.delete(name);
      sizes.set(name, size);
      await evict();
    },
    bytes: () => bytes,
  };
}
