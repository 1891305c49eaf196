import { join } from 'node:path';
import type { SlideFile } from '../shared/bytes/byte-source.ts';
import type { Engines } from './engines.ts';
import type { Foundation } from './foundation.ts';
import type { DecodePool } from './imaging/decode-pool.ts';
import type { IngestDeps } from './ingest/ingest-deps.ts';
import { takeInWith } from './ingest/take-in.ts';
import { repeat } from './repeat.ts';
import { openArrivingOriginal } from './slides/open-original.ts';
import { createArriving } from './uploads/arriving-slides.ts';
import type { ArrivingChange } from './uploads/arriving-uploads.ts';
import { freeBytesOf, ROOM_FLOOR_BYTES } from './uploads/disk-room.ts';
import { openFolderStaging } from './uploads/folder-staging.ts';
import { openObjectStaging } from './uploads/object-staging.ts';
import type { Staging } from './uploads/staging.ts';
import { expireUploads, takeUpFinishes } from './uploads/sweep-uploads.ts';
import type { UploadDeps } from './uploads/upload-deps.ts';
import { UPLOAD_LIMITS } from './uploads/upload-grid.ts';
import type { UploadHandlers } from './uploads/upload-handlers.ts';

const EXPIRE_EVERY_MS = 3_600_000;
/** How soon it is noticed that a process died while it finished an upload. */
const TAKE_UP_EVERY_MS = 10_000;

interface UploadParts {
  readonly ingest: IngestDeps;
  readonly decode: DecodePool;
  readonly onChange: (change: ArrivingChange) => void;
  readonly log: (line: string) => void;
}

type Parts = Foundation & Pick<Engines, 'objects' | 'messages'>;

async function openStaging({ config, objects }: Parts): Promise<Staging> {
  return objects === undefined
    ? await openFolderStaging(join(config.dataDir, 'staging'))
    : openObjectStaging(objects);
}

/** Uploads, on the folder of this process or on the bucket of all. */
export async function layUploads(
  parts: Parts,
  { ingest, decode, onChange, log }: UploadParts,
): Promise<UploadDeps> {
  const { config, database, recordAudit, now, newId } = parts;
  const staging = await openStaging(parts);
  const openArriving = (files: readonly SlideFile[]) => openArrivingOriginal({ decode }, files);
  return {
    arriving: createArriving({
      database,
      staging,
      openArriving,
      onChange,
      messages: parts.messages,
      now,
      log,
    }),
    newId,
    database,
    recordAudit,
    now,
    staging,
    takeIn: takeInWith(ingest),
    limits: UPLOAD_LIMITS,
    // What a bucket has left is known to nobody: it refuses by itself.
    freeBytes: staging.isShared ? () => Promise.resolve(Infinity) : freeBytesOf(config.dataDir),
    floorBytes: ROOM_FLOOR_BYTES,
    log,
  };
}

/** Counts what was acknowledged; a chunk that was sent in vain is not in it. */
export function countBytes(
  { metrics }: Pick<Foundation, 'metrics'>,
  handlers: UploadHandlers,
): UploadHandlers {
  return {
    ...handlers,
    'upload.chunk': async (request) => {
      const reply = await handlers['upload.chunk'](request);
      metrics.uploadBytes(Number(request.header('content-length') ?? 0));
      return reply;
    },
  };
}

/** What is left behind while the server runs: by senders that gave up, and by other processes that died. */
export function sweepAgain(uploads: UploadDeps) {
  const onFailure = (cause: unknown): void => uploads.log(`sweeping: ${String(cause)}`);
  const endings = [
    repeat(EXPIRE_EVERY_MS, () => expireUploads(uploads), onFailure),
    repeat(TAKE_UP_EVERY_MS, () => takeUpFinishes(uploads), onFailure),
  ];
  return { stop: () => Promise.all(endings.map((end) => end())) };
}
