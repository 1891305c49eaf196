import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SlideFile } from '../../shared/bytes/byte-source.ts';
import type { SlideId } from '../../shared/ids.ts';
import type { RecordAudit } from '../deps.ts';
import type { SessionCache } from '../http/authenticate.ts';
import type { FastPath } from '../http/create-server.ts';
import type { Handlers } from '../http/handler.ts';
import type { Metrics } from '../http/metrics.ts';
import type { Resources } from '../http/resources.ts';
import type { DecodePool } from '../imaging/decode-pool.ts';
import type { Database } from '../storage/database.ts';
import { openDiskTiles } from './disk-tiles.ts';
import { fastTileRoute } from './fast-tile-route.ts';
import { createMemoryTiles } from './memory-tiles.ts';
import { openOriginal, type OriginalFindings } from './open-original.ts';
import { createTileReader, type TileReader } from './read-tile.ts';
import { createSlideAccessCache, loadSlideAccess } from './slide-access.ts';
import { slideHandlers } from './slide-handlers.ts';
import { createSlideRegistry } from './slide-registry.ts';
import type { OpenStoredFiles } from './stored-files.ts';
import { createWholePictures } from './whole-pictures.ts';

export interface SlidesNeeds {
  readonly database: Database;
  readonly recordAudit: RecordAudit;
  readonly sessions: Pick<SessionCache, 'peek'>;
  readonly metrics: Pick<Metrics, 'tile' | 'gauge'>;
  readonly decode: DecodePool;
  readonly openStoredFiles: OpenStoredFiles;
  /** Opens the kept original again, and says in the slide's row what became of it. */
  readonly reopen: (id: SlideId) => Promise<unknown>;
  /** Composed tiles, and folders for libopenslide. May be deleted while the server is stopped. */
  readonly cacheFolder: string;
  /** Of composed tiles on disk. */
  readonly tileCacheBytes: number;
  readonly memoryTileBytes?: number;
  readonly maxOpenSlides?: number;
  readonly log: (line: string) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: () => string;
}

/** The noun "slide": its routes, its tiles, and what other nouns ask of it. */
export interface Slides {
  readonly handlers: Pick<Handlers, Extract<keyof Handlers, `slide.${string}`>>;
  readonly loadResource: Resources['slide'];
  readonly fast: FastPath;
  readonly tiles: TileReader;
  /** @param key tells originals apart that have the same names and sizes */
  readonly openOriginal: (files: readonly SlideFile[], key?: string) => Promise<OriginalFindings>;
  /** What was known of the slide is no longer so: the next request asks the database. */
  readonly changed: (id: SlideId) => void;
  close(): Promise<void>;
}

const MEMORY_TILE_BYTES = 64 << 20;

function report({ metrics, decode }: SlidesNeeds, counts: () => { memory: number; disk: number }) {
  metrics.gauge('farscope_decode_waiting', 'Tiles that wait for a decode process', () =>
    Math.max(0, decode.counts().waiting),
  );
  metrics.gauge('farscope_tile_memory_bytes', 'Recent tiles in memory', () => counts().memory);
  metrics.gauge('farscope_tile_cache_bytes', 'Composed tiles on disk', () => counts().disk);
}

/** Opens the caches and puts the noun together. */
export async function openSlides(needs: SlidesNeeds): Promise<Slides> {
  const { database, decode, log, now, newId, sessions, metrics } = needs;
  const scratchFolder = join(needs.cacheFolder, 'openslide');
  await mkdir(scratchFolder, { recursive: true, mode: 0o700 });
  const disk = await openDiskTiles({
    folder: join(needs.cacheFolder, 'tiles'),
    maxBytes: needs.tileCacheBytes,
    log,
  });
  const memory = createMemoryTiles(needs.memoryTileBytes ?? MEMORY_TILE_BYTES);
  const access = createSlideAccessCache({
    loadAccess: (id) => loadSlideAccess({ database }, id),
    now,
  });
  const slides = createSlideRegistry({
    openStoredFiles: needs.openStoredFiles,
    decode,
    scratchFolder,
    log,
    ...(needs.maxOpenSlides === undefined ? {} : { maxOpen: needs.maxOpenSlides }),
  });
  const tiles = createTileReader({ slides, decode, memory, disk });
  const pictures = createWholePictures({ slides, decode, disk, tiles });
  report(needs, () => ({ memory: memory.bytes(), disk: disk.bytes() }));
  const { recordAudit, reopen } = needs;
  return {
    handlers: slideHandlers({
      database,
      recordAudit,
      access,
      tiles,
      pictures,
      reopen,
      now,
      newId,
    }),
    loadResource: async (id) => (await access.load(id))?.resource,
    fast: fastTileRoute({ sessions, access, tiles, metrics, now, newRequestId: newId }),
    tiles,
    openOriginal: (files, key) => openOriginal({ decode, scratchFolder }, files, key),
    changed: (id) => access.drop(id),
    close: () => slides.close(),
  };
}
