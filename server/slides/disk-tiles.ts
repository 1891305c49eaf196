import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type WarmRead, warmRead } from '../imaging/warm-read.ts';
import {
  readTileFile,
  readTileFileWarm,
  scanTileFiles,
  TILE_HEADER_BYTES,
  writeTileFile,
} from './tile-file.ts';

/**
 * Composed tiles on disk, bounded in bytes; the one unused for longest goes first. A tile is whole or
 * absent: its file carries length and checksum, so that a torn one is dropped and made again. Nothing
 * here is an original: the folder may be deleted at any time.
 */
export interface DiskTiles {
  get(key: string): Promise<Buffer | undefined>;
  has(key: string): boolean;
  put(key: string, tile: Uint8Array): Promise<void>;
  bytes(): number;
}

export interface DiskTilesOptions {
  readonly folder: string;
  readonly maxBytes: number;
  readonly log: (line: string) => void;
  /** Left out: as the system can. */
  readonly readWarm?: WarmRead | undefined;
}

/** What a small file takes on disk beyond its bytes, roughly. */
const FILE_OVERHEAD_BYTES = 4_096;

function nameOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 40);
}

function pathOf(folder: string, name: string): string {
  return join(folder, name.slice(0, 2), name);
}

function isMissing(cause: unknown): boolean {
  return (cause as NodeJS.ErrnoException).code === 'ENOENT';
}

/** Which tiles are there, in the order of their use, and how many bytes they take together. */
async function openIndex(folder: string) {
  const sizes = new Map<string, number>();
  let bytes = 0;
  const set = (name: string, size: number): void => {
    bytes += size - (sizes.get(name) ?? 0);
    sizes.delete(name);
    sizes.set(name, size);
  };
  for (const found of await scanTileFiles(folder)) {
    set(found.name, found.bytes + FILE_OVERHEAD_BYTES);
  }
  return {
    set,
    has: (name: string) => sizes.has(name),
    touch: (name: string) => set(name, sizes.get(name) ?? 0),
    fileBytes: (name: string) => (sizes.get(name) ?? FILE_OVERHEAD_BYTES) - FILE_OVERHEAD_BYTES,
    drop: async (name: string): Promise<void> => {
      bytes -= sizes.get(name) ?? 0;
      sizes.delete(name);
      await rm(pathOf(folder, name), { force: true });
    },
    oldestFirst: () => sizes.keys(),
    bytes: () => bytes,
  };
}

/** Opens the cache with what an earlier run has left in it. */
export async function openDiskTiles(options: DiskTilesOptions): Promise<DiskTiles> {
  const { folder, maxBytes, log, readWarm = warmRead() } = options;
  const index = await openIndex(folder);

  async function evict(): Promise<void> {
    for (const name of index.oldestFirst()) {
      if (index.bytes() <= maxBytes) return;
      await index.drop(name);
    }
  }

  async function read(name: string): Promise<Buffer | undefined> {
    const path = pathOf(folder, name);
    try {
      const warm = readWarm && readTileFileWarm(readWarm, path, index.fileBytes(name));
      return warm ?? (await readTileFile(path));
    } catch (cause) {
      if (!isMissing(cause)) log(`a cached tile could not be read: ${String(cause)}`);
      return undefined;
    }
  }

  await evict();
  return {
    bytes: index.bytes,
    has: (key) => index.has(nameOf(key)),
    get: async (key) => {
      const name = nameOf(key);
      if (!index.has(name)) return undefined;
      const tile = await read(name);
      if (tile === undefined) await index.drop(name);
      else if (index.has(name)) index.touch(name);
      return tile;
    },
    put: async (key, tile) => {
      const name = nameOf(key);
      const size = TILE_HEADER_BYTES + tile.length + FILE_OVERHEAD_BYTES;
      if (size > maxBytes) return;
      try {
        await writeTileFile(pathOf(folder, name), tile);
        index.set(name, size);
        await evict();
      } catch (cause) {
        // A full disk costs speed, never a tile: what was composed is sent all the same.
        log(`a tile could not be cached: ${String(cause)}`);
      }
    },
  };
}
