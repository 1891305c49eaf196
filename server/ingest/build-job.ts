import { randomUUID } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../shared/errors/app-error.ts';
import type { SlideId } from '../../shared/ids.ts';
import { inScope, retryConnectionLoss, SYSTEM } from '../storage/database.ts';
import type { BlobReader, BlobStore } from '../storage/blob-store.ts';
import type { BuildPyramid, IngestDeps } from './ingest-deps.ts';
import { openStored } from './open-stored.ts';
import { builtPyramidKey, originalFileKey } from './original-files.ts';
import { failedStatus, isFileFailure, lockSlide, setStatus } from './slide-rows.ts';

export interface BuildDeps extends IngestDeps {
  readonly buildPyramid: BuildPyramid;
  /** On the disk of the store, so that moving the result in is a rename. */
  readonly scratchFolder: string;
}

/** Rows are not for every per cent. */
const PROGRESS_STEP = 0.02;

async function copyOut(reader: BlobReader, to: string): Promise<void> {
  const handle = await open(to, 'wx', 0o600);
  try {
    const step = 8 << 20;
    for (let at = 0; at < reader.size; at += step) {
      await handle.writeFile(await reader.read(at, Math.min(step, reader.size - at)));
    }
  } finally {
    await handle.close();
  }
}

/** Runs `work` with a path of the only file of an original: its own, or a copy from a store without paths. */
async function withPictureFile(
  blobs: BlobStore,
  originalKey: string,
  copyTo: string,
  work: (path: string) => Promise<void>,
): Promise<void> {
  const reader = await blobs.openReader(originalFileKey(originalKey, 0));
  try {
    if (reader.localPath === undefined) await copyOut(reader, copyTo);
    await work(reader.localPath ?? copyTo);
  } finally {
    await reader.close();
  }
}

/** Tells readers how far it is. Latest wins, one write at a time; a lost one is made up by the next. */
function reportProgress(deps: BuildDeps, slideId: SlideId) {
  let said = 0;
  let writing = Promise.resolve();
  return {
    report: (progress: number): void => {
      if (progress < said + PROGRESS_STEP) return;
      said = Math.min(1, progress);
      const status = { kind: 'building', progress: said } as const;
      writing = writing
        .then(() =>
          inScope(deps.database, SYSTEM, async (transaction) => {
            const row = await lockSlide(transaction, slideId);
            if (row?.status.kind === 'building') await setStatus(transaction, slideId, status);
          }),
        )
        .catch((cause: unknown) => deps.log(`progress of ${slideId}: ${String(cause)}`));
    },
    settle: () => writing,
  };
}

async function build(
  deps: BuildDeps,
  slideId: SlideId,
  originalKey: string,
  signal: AbortSignal,
): Promise<void> {
  const { blobs, buildPyramid, scratchFolder } = deps;
  const into = join(scratchFolder, `${randomUUID()}.tif`);
  const copyTo = `${into}.original`;
  const progress = reportProgress(deps, slideId);
  await mkdir(scratchFolder, { recursive: true, mode: 0o700 });
  try {
    await withPictureFile(blobs, originalKey, copyTo, (from) =>
      buildPyramid({ from, into, onProgress: progress.report, signal }),
    );
    await blobs.putFile(builtPyramidKey(originalKey), into);
  } finally {
    await progress.settle();
    await rm(into, { force: true });
    await rm(copyTo, { force: true });
  }
}

async function fail(deps: BuildDeps, slideId: SlideId, error: AppError): Promise<void> {
  await retryConnectionLoss(() =>
    inScope(deps.database, SYSTEM, (transaction) =>
      setStatus(transaction, slideId, failedStatus(error.code, error.fields)),
    ),
  );
}

/**
 * The job 'build-pyramid'. Idempotent: writes beside, syncs, renames, and flips the row last. What a killed
 * worker left in the scratch folder is never looked at again.
 */
export async function buildPyramidOf(
  deps: BuildDeps,
  slideId: SlideId,
  signal: AbortSignal,
): Promise<void> {
  const row = await retryConnectionLoss(() =>
    inScope(deps.database, SYSTEM, (transaction) =>
      transaction.selectFrom('slides').selectAll().where('id', '=', slideId).executeTakeFirst(),
    ),
  );
  if (row === undefined || row.original_key === null || row.status.kind !== 'building') return;
  try {
    // A worker that was killed after the rename has left only the row to be flipped.
    if (!(await deps.blobs.exists(builtPyramidKey(row.original_key)))) {
      await build(deps, slideId, row.original_key, signal);
    }
    await openStored(deps, slideId, 'building');
  } catch (cause) {
    if (!isFileFailure(cause)) throw cause;
    await fail(deps, slideId, cause);
  }
}

/** The job has used up its attempts, perhaps because each took its process down. */
export async function giveUpBuilding(
  deps: BuildDeps,
  slideId: SlideId,
  reason: string,
): Promise<void> {
  deps.log(`slide ${slideId}: building was given up: ${reason}`);
  await fail(deps, slideId, new AppError('slide.building-failed', reason));
}

/** At the start of the server, before its workers: what killed ones left behind. */
export async function clearScratch(scratchFolder: string): Promise<void> {
  await rm(scratchFolder, { recursive: true, force: true });
  await mkdir(scratchFolder, { recursive: true, mode: 0o700 });
}
