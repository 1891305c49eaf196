import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Nouns } from './app.ts';
import type { ArrivingSlides } from './deps.ts';
import type { Engines } from './engines.ts';
import type { Foundation } from './foundation.ts';
import { actorNowBy } from './http/actor-now.ts';
import { freeDiskBytes } from './http/metrics.ts';
import type { SlideId } from '../shared/ids.ts';
import { layLive } from './lay-live.ts';
import type { TakenIn } from './take-in.ts';
import { createDecodePool, type DecodePool } from './imaging/decode-pool.ts';
import type { IngestDeps } from './ingest/ingest-deps.ts';
import { interopHandlers } from './interop/interop-handlers.ts';
import { INGEST_JOBS } from './ingest/job-kinds.ts';
import { clearScratch } from './ingest/build-job.ts';
import { countBytes, layUploads, sweepAgain } from './lay-uploads.ts';
import { ingestLocalFiles, type LocalOriginal } from './ingest/ingest-local-files.ts';
import { resumeIngest } from './ingest/open-stored.ts';
import { openServedFiles } from './ingest/original-files.ts';
import { reopenSlide } from './ingest/reopen-slide.ts';
import { openDiskTiles, type DiskTiles } from './slides/disk-tiles.ts';
import { fastTileRoute } from './slides/fast-tile-route.ts';
import { createComposeAhead } from './slides/compose-ahead.ts';
import { createLightTiles } from './slides/light-tiles.ts';
import { createMemoryTiles } from './slides/memory-tiles.ts';
import { openOriginal } from './slides/open-original.ts';
import { createTileReader } from './slides/read-tile.ts';
import { findReady, requireReady } from './slides/ready-slide.ts';
import { createSlideAccessCache, loadSlideAccess } from './slides/slide-access.ts';
import { shareAccess } from './slides/shared-access.ts';
import { slideHandlers } from './slides/slide-handlers.ts';
import { createSlideRegistry, type SlideRegistry } from './slides/slide-registry.ts';
import { createTileShare, TILE_SHARE, type TileShareRules } from './slides/tile-share.ts';
import { createWholePictures } from './slides/whole-pictures.ts';
import { isArrivingKey } from './uploads/arriving-rows.ts';
import { sweepUploads } from './uploads/sweep-uploads.ts';
import { findUploadResource, uploadHandlers } from './uploads/upload-handlers.ts';

export const JOB_KINDS = INGEST_JOBS;

/** Recent tiles; a screen of four panes shows some 20 MiB of them. */
const MEMORY_TILE_BYTES = 64 << 20;

/** Where ingest works, in the server and its workers: on the disk of the store. */
export function scratchFolderOf(dataDir: string): string {
  return join(dataDir, 'scratch');
}

export function openslideFolderOf(dataDir: string): string {
  return join(dataDir, 'openslide');
}

export interface OpenNouns extends Nouns {
  /** Makes a slide of files on this machine, by the way that an upload takes. */
  ingestLocalFiles(original: LocalOriginal): Promise<TakenIn>;
  /** Ends answers that would go on; who follows asks elsewhere. Before the server stops. */
  stopFollowing(): void;
  /** Takes up what a kill left half-done. Before requests. */
  resume(): Promise<void>;
  close(): Promise<void>;
}

type Parts = Foundation & Pick<Engines, 'blobs' | 'jobs' | 'objects' | 'notices' | 'messages'>;

function lineLog({ log }: Pick<Foundation, 'log'>, part: string): (line: string) => void {
  const named = log.child({ part });
  return (line) => named.info(line);
}

function layIngest(parts: Parts, decode: DecodePool, scratchFolder: string): IngestDeps {
  return {
    database: parts.database,
    blobs: parts.blobs,
    jobs: parts.jobs,
    openOriginal: (files) => openOriginal({ decode, scratchFolder }, files, randomUUID()),
    newId: parts.newId,
    log: lineLog(parts, 'ingest'),
  };
}

interface SlideParts {
  readonly tileShare: TileShareRules;
  readonly decode: DecodePool;
  readonly disk: DiskTiles;
  readonly slides: SlideRegistry;
  readonly ingest: IngestDeps;
  readonly arriving: ArrivingSlides;
  /** Who may see a slide may have changed. */
  readonly onAccess: (id: SlideId) => void;
}

function laySlides(parts: Parts, slideParts: SlideParts) {
  const { decode, disk, slides, ingest, arriving, tileShare, onAccess } = slideParts;
  const { database, now, sessions, tokens, metrics, recordAudit, newId, notices } = parts;
  const loadAccess = (id: SlideId) => loadSlideAccess(parts, id);
  const cache = createSlideAccessCache({ loadAccess, now, onDrop: onAccess });
  const access = shareAccess(cache, notices);
  const memory = createMemoryTiles(MEMORY_TILE_BYTES);
  const tiles = createTileReader({ slides, decode, memory, disk });
  const light = createLightTiles({ decode, disk, tiles });
  const pictures = createWholePictures({ slides, decode, disk, tiles });
  const share = createTileShare(tileShare, now);
  const reopen = async (id: SlideId) => {
    await reopenSlide(ingest, id);
    access.drop(id);
  };
  metrics.gauge('farscope_tile_memory_bytes', 'Recent tiles in memory', () => memory.bytes());
  metrics.gauge('farscope_tile_disk_bytes', 'Composed tiles on disk', () => disk.bytes());
  metrics.gauge('farscope_open_slides', 'Slides open for reading', () => slides.openSlides());
  const findSlide = async (id: SlideId) => findReady(await access.load(id));
  const cacheBytes = parts.config.tileCacheBytes;
  const log = lineLog(parts, 'imaging');
  const ahead = createComposeAhead({ tiles, disk, decode, cacheBytes, findSlide, log });
  const interop = interopHandlers({
    decode,
    disk,
    database,
    now,
    newId,
    readySlide: async (id) => requireReady(await access.load(id)),
    readTile: async (slide, address) => (await tiles.read(slide, address)).bytes,
    withPixels: (slide, work) => slides.use(slide, work),
    readPicture: (slide, kind) => pictures.associated(slide, kind),
    resourceOf: async (id) => {
      const known = await access.load(id);
      return known?.status.kind === 'ready' ? known.resource : undefined;
    },
  });
  return {
    access,
    ahead,
    interop,
    handlers: slideHandlers({
      database,
      recordAudit,
      access,
      tiles,
      share,
      light,
      pictures,
      actorNow: actorNowBy({ sessions, tokens }),
      metrics,
      reopen,
      arriving,
      now,
      newId,
    }),
    fast: fastTileRoute({
      sessions,
      access,
      tiles,
      share,
      arriving,
      metrics,
      now,
      newRequestId: randomUUID,
    }),
  };
}

function watchQueue({ metrics, jobs }: Parts): void {
  for (const { name } of JOB_KINDS) {
    const gaugeName = `farscope_jobs_${name.replaceAll('-', '_')}`;
    metrics.gauge(`${gaugeName}_waiting`, `Waiting jobs: ${name}`, async () => {
      const { waiting } = await jobs.depth(name);
      return waiting;
    });
    metrics.gauge(`${gaugeName}_dead`, `Jobs that used up their attempts: ${name}`, async () => {
      const { dead } = await jobs.depth(name);
      return dead;
    });
  }
}

function watchDisk({ metrics, config }: Parts) {
  metrics.gauge('farscope_disk_free_bytes', 'Free bytes on the disk of the data folder', () =>
    freeDiskBytes(config.dataDir),
  );
  return async () => {
    const free = await freeDiskBytes(config.dataDir);
    if (free < config.minFreeBytes) throw new Error(`${free} bytes free`);
  };
}

function openTileFolder(
  { dataDir, tileCacheBytes: maxBytes }: Foundation['config'],
  log: (line: string) => void,
): Promise<DiskTiles> {
  return openDiskTiles({ folder: join(dataDir, 'tiles'), maxBytes, log });
}

/** Slides, uploads and what turns one into the other, put together on the open engines. */
export async function openNouns(
  foundation: Foundation,
  engines: Engines,
  { tileShare = TILE_SHARE }: Partial<Pick<SlideParts, 'tileShare'>> = {},
): Promise<OpenNouns> {
  const parts: Parts = { ...foundation, ...engines };
  const { config, database } = foundation;
  const scratchFolder = scratchFolderOf(config.dataDir);
  const openslideFolder = openslideFolderOf(config.dataDir);
  const imagingLog = lineLog(foundation, 'imaging');
  const decode = createDecodePool({ workers: availableParallelism(), log: imagingLog });
  const disk = await openTileFolder(config, imagingLog);
  const slides = createSlideRegistry({
    openStoredFiles: (key) =>
      isArrivingKey(key) ? uploads.arriving.openFiles(key) : openServedFiles(engines.blobs, key),
    decode,
    scratchFolder: openslideFolder,
    log: imagingLog,
  });
  const ingest = layIngest(parts, decode, openslideFolder);
  const uploads = await layUploads(parts, {
    log: lineLog(parts, 'uploads'),
    ingest,
    decode,
    onChange: ({ slideId, originalKey, isOver }) => {
      access.drop(slideId);
      if (!isOver) return;
      slides.forget(originalKey);
      ahead.add(slideId);
    },
  });
  const { arriving } = uploads;
  const findSlide = async (id: SlideId) => (await access.load(id))?.resource;
  const live = layLive(foundation, { messages: engines.messages, findSlide });
  const slideParts = {
    decode,
    disk,
    slides,
    ingest,
    tileShare,
    arriving,
    onAccess: live.recheckSlide,
  };
  const { access, ahead, handlers, interop, fast } = laySlides(parts, slideParts);
  const allHandlers = { ...handlers, ...interop, ...live.handlers };
  watchQueue(parts);
  const sweeping = sweepAgain(uploads);
  return {
    fast,
    ingestLocalFiles: (original) =>
      ingestLocalFiles({ takeIn: uploads.takeIn, scratchFolder, newId: parts.newId }, original),
    sockets: live.sockets,
    handlers: { ...allHandlers, ...countBytes(parts, uploadHandlers(uploads)) },
    resources: { slide: findSlide, upload: (id) => findUploadResource(database, id) },
    readyChecks: { disk: watchDisk(parts) },
    resume: async () => {
      for (const folder of [scratchFolder, openslideFolder]) await clearScratch(folder);
      await sweepUploads(uploads);
      await resumeIngest(ingest);
    },
    stopFollowing: () => arriving.stopFollowing(),
    close: async () => {
      await sweeping.stop();
      await live.close();
      await ahead.close();
      await uploads.arriving.close();
      await slides.close();
      await decode.close();
    },
  };
}
