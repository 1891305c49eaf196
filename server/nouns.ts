import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Nouns } from './app.ts';
import type { Engines } from './engines.ts';
import type { Foundation } from './foundation.ts';
import { freeDiskBytes } from './http/metrics.ts';
import type { SlideId } from '../shared/ids.ts';
import { layLive } from './lay-live.ts';
import { laySlides } from './lay-slides.ts';
import { lineLog } from './line-log.ts';
import type { TakenIn } from './take-in.ts';
import { createDecodePool, type DecodePool } from './imaging/decode-pool.ts';
import type { IngestDeps } from './ingest/ingest-deps.ts';
import { INGEST_JOBS } from './ingest/job-kinds.ts';
import { clearScratch } from './ingest/build-job.ts';
import { countBytes, layUploads, sweepAgain } from './lay-uploads.ts';
import { ingestLocalFiles, type LocalOriginal } from './ingest/ingest-local-files.ts';
import { resumeIngest } from './ingest/open-stored.ts';
import { openServedFiles } from './ingest/original-files.ts';
import { openDiskTiles, type DiskTiles } from './slides/disk-tiles.ts';
import { openOriginal } from './slides/open-original.ts';
import { createSlideRegistry } from './slides/slide-registry.ts';
import { TILE_SHARE, type TileShareRules } from './slides/tile-share.ts';
import { isArrivingKey } from './uploads/arriving-rows.ts';
import { sweepUploads } from './uploads/sweep-uploads.ts';
import { findUploadResource, uploadHandlers } from './uploads/upload-handlers.ts';

export const JOB_KINDS = INGEST_JOBS;

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

async function takeUpAgain(
  uploads: Parameters<typeof sweepUploads>[0],
  ingest: IngestDeps,
  scratchFolders: readonly string[],
): Promise<void> {
  for (const folder of scratchFolders) await clearScratch(folder);
  await sweepUploads(uploads);
  await resumeIngest(ingest);
}

/** Slides, uploads and what turns one into the other, put together on the open engines. */
export async function openNouns(
  foundation: Foundation,
  engines: Engines,
  { tileShare = TILE_SHARE }: { readonly tileShare?: TileShareRules } = {},
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
  const onAccess = live.recheckSlide;
  const slideParts = { decode, disk, slides, ingest, tileShare, arriving, onAccess };
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
    resume: () => takeUpAgain(uploads, ingest, [scratchFolder, openslideFolder]),
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
