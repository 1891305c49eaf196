import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Nouns } from '../../server/app.ts';
import type { Foundation } from '../../server/foundation.ts';
import type { IngestDeps, OpenOriginalFiles } from '../../server/ingest/ingest-deps.ts';
import { INGEST_JOBS } from '../../server/ingest/job-kinds.ts';
import { resumeIngest } from '../../server/ingest/open-stored.ts';
import { takeInWith } from '../../server/ingest/take-in.ts';
import { openJobQueue, type JobQueue } from '../../server/storage/job-queue.ts';
import { openLocalBlobStore } from '../../server/storage/local-blob-store.ts';
import type { BlobStore } from '../../server/storage/blob-store.ts';
import { createArriving } from '../../server/uploads/arriving-slides.ts';
import { freeBytesOf, type FreeBytes } from '../../server/uploads/disk-room.ts';
import { openStaging, type Staging } from '../../server/uploads/staging.ts';
import { sweepUploads } from '../../server/uploads/sweep-uploads.ts';
import type { UploadDeps } from '../../server/uploads/upload-deps.ts';
import { UPLOAD_LIMITS, type UploadLimits } from '../../server/uploads/upload-grid.ts';
import { findUploadResource, uploadHandlers } from '../../server/uploads/upload-handlers.ts';
import { describeSlide } from '../../shared/slide-format/describe-slide.ts';
import { openSlide } from '../../shared/slide-format/open-slide.ts';

/** Uploads with everything that they stand on, as main puts them together. */
export interface UploadNouns extends Pick<Nouns, 'resources'> {
  readonly handlers: ReturnType<typeof uploadHandlers>;
  readonly uploads: UploadDeps;
  readonly ingest: IngestDeps;
  readonly blobs: BlobStore;
  readonly staging: Staging;
  readonly jobs: JobQueue;
  readonly dispose: () => Promise<void>;
}

export interface UploadNounsOptions {
  readonly role?: 'worker' | 'sender';
  readonly stagingFolder?: string;
  /** Around the real staging, where a test cannot have a disk of its own. */
  readonly wrapStaging?: (staging: Staging) => Staging;
  readonly freeBytes?: FreeBytes;
  readonly floorBytes?: number;
  readonly limits?: Partial<UploadLimits>;
  readonly now?: () => number;
}

/** Reads the files in this process: tests bring no strangers' files. */
export const openHere: OpenOriginalFiles = async (files) => {
  const opened = await openSlide(files);
  return opened.kind === 'pyramid'
    ? { kind: 'tiled', properties: describeSlide(opened.image) }
    : { kind: 'flat' };
};

export async function makeUploadNouns(
  foundation: Pick<Foundation, 'config' | 'database' | 'recordAudit' | 'now' | 'newId' | 'log'>,
  options: UploadNounsOptions = {},
): Promise<UploadNouns> {
  const { database, config } = foundation;
  await mkdir(config.dataDir, { recursive: true });
  const log = (line: string): void => foundation.log.info(line);
  const folder = options.stagingFolder ?? join(config.dataDir, 'staging');
  const blobs = await openLocalBlobStore(join(config.dataDir, 'blobs'));
  const opened = await openStaging(folder);
  const staging = options.wrapStaging?.(opened) ?? opened;
  const jobs = await openJobQueue({
    database,
    kinds: INGEST_JOBS,
    log,
    role: options.role ?? 'sender',
  });
  const ingest = { database, blobs, jobs, openOriginal: openHere, newId: foundation.newId, log };
  const uploads: UploadDeps = {
    database,
    staging,
    log,
    takeIn: takeInWith(ingest),
    arriving: createArriving({
      database,
      staging,
      openArriving: async (files) => {
        const found = await openHere(files, '');
        return found.kind === 'tiled' ? found.properties : undefined;
      },
      onChange: () => undefined,
      now: foundation.now,
      log,
    }),
    newId: foundation.newId,
    recordAudit: foundation.recordAudit,
    limits: { ...UPLOAD_LIMITS, ...options.limits },
    freeBytes: options.freeBytes ?? freeBytesOf(folder),
    floorBytes: options.floorBytes ?? 1 << 20,
    now: options.now ?? foundation.now,
  };
  await sweepUploads(uploads);
  await resumeIngest(ingest);
  return {
    handlers: uploadHandlers(uploads),
    resources: {
      upload: (id) => findUploadResource(database, id),
      slide: () => Promise.resolve(undefined),
    },
    uploads,
    ingest,
    blobs,
    staging,
    jobs,
    dispose: async () => {
      await uploads.arriving.settle();
      await jobs.stop(100);
    },
  };
}
