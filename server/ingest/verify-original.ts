import { createHash } from 'node:crypto';
import type { SlideId } from '../../shared/ids.ts';
import { chunkCount, chunkPlace } from '../../shared/upload/chunk-grid.ts';
import { contentDigest } from '../../shared/upload/content-digest.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { inScope, sql, SYSTEM } from '../storage/database.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { IngestDeps } from './ingest-deps.ts';
import { openStored } from './open-stored.ts';
import { openOriginalFiles, type OpenOriginal } from './original-files.ts';
import { failedStatus, setStatus } from './slide-rows.ts';

/** Reads every byte once, chunk by chunk of the grid that it was uploaded in. */
async function digestFromDisk(
  { files, manifest }: OpenOriginal,
  signal: AbortSignal,
): Promise<string> {
  const digests: Uint8Array[] = [];
  const count = chunkCount(manifest.files, manifest.chunkBytes);
  for (let index = 0; index < count; index += 1) {
    signal.throwIfAborted();
    const place = chunkPlace(manifest.files, manifest.chunkBytes, index);
    const source = place === undefined ? undefined : files[place.file]?.source;
    if (place === undefined || source === undefined) {
      throw new AppError('format.truncated', 'the grid does not fit the files');
    }
    const bytes = await source.read(place.offset, place.bytes, signal);
    digests.push(createHash('sha256').update(bytes).digest());
  }
  return contentDigest(digests);
}

async function isIntact(
  blobs: BlobStore,
  originalKey: string,
  expected: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const original = await openOriginalFiles(blobs, originalKey);
    try {
      return (await digestFromDisk(original, signal)) === expected;
    } finally {
      await original.close();
    }
  } catch (cause) {
    // A file that is shorter than it was, or gone, is damaged too; other failures are tried again.
    const code = cause instanceof AppError ? cause.code : undefined;
    if (code === 'format.truncated' || code === 'storage.blob-missing') return false;
    throw cause;
  }
}

/**
 * Reads a stored original again from disk and compares it with what was uploaded. When it differs the slide
 * fails by name and gives up its digest, so that the same file may be uploaded once more. Also opens a
 * slide whose opening was cut off.
 */
export async function verifyOriginal(
  deps: IngestDeps,
  slideId: SlideId,
  signal: AbortSignal,
): Promise<void> {
  const row = await inScope(deps.database, SYSTEM, (transaction) =>
    transaction.selectFrom('slides').selectAll().where('id', '=', slideId).executeTakeFirst(),
  );
  if (row === undefined || row.original_key === null || row.content_digest === null) return;
  if (!(await isIntact(deps.blobs, row.original_key, row.content_digest, signal))) {
    deps.log(`slide ${slideId}: the original on disk is not what was uploaded`);
    await inScope(deps.database, SYSTEM, async (transaction) => {
      await setStatus(transaction, slideId, failedStatus('upload.damaged-on-disk', {}));
      await transaction
        .updateTable('slides')
        .set({ content_digest: null, revision: sql<number>`revision + 1` })
        .where('id', '=', slideId)
        .execute();
    });
    return;
  }
  if (row.status.kind === 'stored') await openStored(deps, slideId);
}
