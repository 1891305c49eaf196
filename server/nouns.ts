import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Nouns } from './app.ts';
import type { Engines } from './engines.ts';
import type { Foundation } from './foundation.ts';
import { actorNowBy } from './http/actor-now.ts';
import { freeDiskBytes } from './http/metrics.ts';
import type { SlideId } from '../shared/ids.ts';
import type { TakenIn } from './take-in.ts';
import { createDecodePool, type DecodePool } from './imaging/decode-pool.ts';
import type { IngestDeps } from './ingest/ingest-deps.ts';
import { interopHandlers } from './interop/interop-handlers.ts';
import { INGEST_JOBS } from './ingest/job-kinds.ts';
import { clearScratch } from './ingest/build-job.ts';
import { ingestLocalFiles, type LocalOriginal } from './ingest/ingest-local-files.ts';
import { resumeIngest } from './ingest/open-stored.ts';
import { openServedFiles } from './ingest/original-files.ts';
import { reopenSlide } from './ingest/reopen-slide.ts';
import { takeInWith } from './ingest/take-in.ts';
import { openDiskTiles, type DiskTiles } from './slides/disk-tiles.ts';
import { fastTileRoute } from './slides/fast-tile-route.ts';
import { createLightTiles } from './slides/light-tiles.ts';
import { createMemoryTiles } from './slides/memory-tiles.ts';
import { openOriginal } from './slides/open-original.ts';
import { createTileReader } from './slides/read-tile.ts';
import { requireReady } from './slides/ready-slide.ts';
import { createSlideAccessCache, loadSlideAccess } from './slides/slide-access.ts';
import { slideHandlers } from './slides/slide-handlers.ts';
import { createSlideRegistry, type SlideRegistry } from './slides/slide-registry.ts';
import { createWholePictures } from './slides/whole-pictures.ts';
import { freeBytesOf, ROOM_FLOOR_BYTES } from './uploads/disk-room.ts';
import { openStaging } from './uploads/staging.ts';
import { expireUploads, sweepUploads } from './uploads/sweep-uploads.ts';
import type { UploadDeps } from './uploads/upload-deps.ts';
import { UPLOAD_LIMITS } from './uploads/upload-grid.ts';
import {
  findUploadResource,
  uploadHandlers,
  type UploadHandlers,
} from './uploads/upload-handlers.ts';

export const JOB_KINDS = INGEST_JOBS;

/** Recent tiles; a screen of four panes shows some 20 MiB of them. */
const MEMORY_TILE_BYTES = 64 << 20;
const EXPIRE_EVERY_MS = 3_600_000;

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
  /** Takes up what a kill left half-done. Before requests. */
  resume(): Promise<void>;
  close(): Promise<void>;
}

type Parts = Foundation & Pick<Engines, 'blobs' | 'jobs'>;

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

async function layUploads(parts: Parts, ingest: IngestDeps): Promise<UploadDeps> {
  const { config, database, recordAudit, now } = parts;
  return {
    database,
    recordAudit,
    now,
    staging: await openStaging(join(config.dataDir, 'staging')),
    takeIn: takeInWith(ingest),
    limits: UPLOAD_LIMITS,
    freeBytes: freeBytesOf(config.dataDir),
    floorBytes: ROOM_FLOOR_BYTES,
    log: lineLog(parts, 'uploads'),
  };
}

interface SlideParts {
  readonly decode: DecodePool;
  readonly disk: DiskTiles;
  readonly slides: SlideRegistry;
  readonly ingest: IngestDeps;
}

function laySlides(parts: Parts, { decode, disk, slides, ingest }: SlideParts) {
  const { database, now, sessions, tokens, metrics, recordAudit, newId } = parts;
  const access = createSlideAccessCache({ loadAccess: (id) => loadSlideAccess(parts, id), now });
  const memory = createMemoryTiles(MEMORY_TILE_BYTES);
  const tiles = createTileReader({ slides, decode, memory, disk });
  const light = createLightTiles({ decode, disk, tiles });
  const pictures = createWholePictures({ slides, decode, disk, tiles });
  const reopen = async (id: SlideId) => {
    await reopenSlide(ingest, id);
    access.drop(id);
  };
  metrics.gauge('farscope_tile_memory_bytes', 'Recent tiles in memory', () => memory.bytes());
  metrics.gauge('farscope_tile_disk_bytes', 'Composed tiles on disk', () => disk.bytes());
  metrics.gauge('farscope_open_slides', 'Slides open for reading', () => slides.openSlides());
  const interop = interopHandlers({
    decode,
    disk,
    readySlide: async (id) => requireReady(await access.load(id)),
    readTile: async (slide, address) => (await tiles.read(slide, address)).bytes,
  });
  return {
    access,
    interop,
    handlers: slideHandlers({
      database,
      recordAudit,
      access,
      tiles,
      light,
      pictures,
      actorNow: actorNowBy({ sessions, tokens }),
      metrics,
      reopen,
      now,
      newId,
    }),
    fast: fastTileRoute({ sessions, access, tiles, metrics, now, newRequestId: randomUUID }),
  };
}

/** Counts what was acknowledged; a chunk that was sent in vain is not in it. */
function countBytes({ metrics }: Parts, handlers: UploadHandlers): UploadHandlers {
  return {
    ...handlers,
    'upload.chunk': async (request) => {
      const reply = await handlers['upload.chunk'](request);
      metrics.uploadBytes(Number(request.header('content-length') ?? 0));
      return reply;
    },
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

/** Slides, uploads and what turns one into the other, put together on the open engines. */
export async function openNouns(foundation: Foundation, engines: Engines): Promise<OpenNouns> {
  const parts: Parts = { ...foundation, blobs: engines.blobs, jobs: engines.jobs };
  const { config, database } = foundation;
  const scratchFolder = scratchFolderOf(config.dataDir);
  const openslideFolder = openslideFolderOf(config.dataDir);
  const imagingLog = lineLog(foundation, 'imaging');
  const decode = createDecodePool({ workers: availableParallelism(), log: imagingLog });
  const disk = await openDiskTiles({
    folder: join(config.dataDir, 'tiles'),
    maxBytes: config.tileCacheBytes,
    log: imagingLog,
  });
  const slides = createSlideRegistry({
    openStoredFiles: (key) => openServedFiles(engines.blobs, key),
    decode,
    scratchFolder: openslideFolder,
    log: imagingLog,
  });
  const ingest = layIngest(parts, decode, openslideFolder);
  const uploads = await layUploads(parts, ingest);
  const { access, handlers, interop, fast } = laySlides(parts, { decode, disk, slides, ingest });
  watchQueue(parts);
  const expiry = setInterval(() => {
    expireUploads(uploads).catch((cause: unknown) => uploads.log(`expiry: ${String(cause)}`));
  }, EXPIRE_EVERY_MS);
  return {
    fast,
    ingestLocalFiles: (original) =>
      ingestLocalFiles({ takeIn: uploads.takeIn, scratchFolder, newId: parts.newId }, original),
    handlers: { ...handlers, ...interop, ...countBytes(parts, uploadHandlers(uploads)) },
    resources: {
      slide: async (id) => (await access.load(id))?.resource,
      upload: (id) => findUploadResource(database, id),
    },
    readyChecks: { disk: watchDisk(parts) },
    resume: async () => {
      await clearScratch(scratchFolder);
      await sweepUploads(uploads);
      await resumeIngest(ingest);
    },
    close: async () => {
      clearInterval(expiry);
      await slides.close();
      await decode.close();
    },
  };
}
