import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDecodePool, type DecodePool } from '../../server/imaging/decode-pool.ts';
import { type DiskTiles, openDiskTiles } from '../../server/slides/disk-tiles.ts';
import { createMemoryTiles, type MemoryTiles } from '../../server/slides/memory-tiles.ts';
import { openOriginal } from '../../server/slides/open-original.ts';
import {
  createTileReader,
  type ReadTile,
  type ReadySlide,
  type TileReader,
} from '../../server/slides/read-tile.ts';
import { createSlideRegistry, type SlideRegistry } from '../../server/slides/slide-registry.ts';
import { createWholePictures, type WholePictures } from '../../server/slides/whole-pictures.ts';
import type { SlideFile } from '../../shared/bytes/byte-source.ts';

/** The tile side of the server, without HTTP and database, on files that a test gives. */
export interface TileWorks {
  readonly decode: DecodePool;
  readonly disk: DiskTiles;
  readonly memory: MemoryTiles;
  readonly registry: SlideRegistry;
  readonly tiles: TileReader;
  readonly pictures: WholePictures;
  readonly folder: string;
  /** Puts files in the place of a store; answers the slide as it would stand in the database. */
  serve(files: readonly SlideFile[]): Promise<ServedSlide>;
  dispose(): Promise<void>;
}

export interface ServedSlide extends ReadySlide {
  read(level: number, column: number, row: number): Promise<ReadTile>;
}

export interface TileWorksOptions {
  readonly memoryBytes?: number;
  readonly diskBytes?: number;
  readonly maxOpen?: number;
  readonly decode?: DecodePool;
}

/** Starts decode processes and caches in a folder of their own. */
export async function startTileWorks(options: TileWorksOptions = {}): Promise<TileWorks> {
  const folder = await mkdtemp(join(tmpdir(), 'farscope-tiles-'));
  const decode = options.decode ?? createDecodePool({ workers: 1 });
  const stored = new Map<string, readonly SlideFile[]>();
  const log = () => undefined;
  const disk = await openDiskTiles({
    folder: join(folder, 'tiles'),
    maxBytes: options.diskBytes ?? 256 << 20,
    log,
  });
  const memory = createMemoryTiles(options.memoryBytes ?? 32 << 20);
  const registry = createSlideRegistry({
    openStoredFiles: (key) =>
      Promise.resolve({ files: stored.get(key) ?? [], close: () => Promise.resolve() }),
    decode,
    scratchFolder: join(folder, 'openslide'),
    log,
    ...(options.maxOpen === undefined ? {} : { maxOpen: options.maxOpen }),
  });
  const tiles = createTileReader({ slides: registry, decode, memory, disk });
  const pictures = createWholePictures({ slides: registry, decode, disk, tiles });
  return {
    decode,
    disk,
    memory,
    registry,
    tiles,
    pictures,
    folder,
    serve: async (files) => {
      const originalKey = `original-${stored.size}`;
      stored.set(originalKey, files);
      const needs = { decode, scratchFolder: join(folder, 'openslide') };
      const found = await openOriginal(needs, files, originalKey);
      if (found.kind !== 'tiled') throw new Error('a flat picture');
      const slide = { originalKey, revision: 1, properties: found.properties };
      return {
        ...slide,
        read: (level, column, row) => tiles.read(slide, { level, column, row }),
      };
    },
    dispose: async () => {
      await registry.close();
      await decode.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
