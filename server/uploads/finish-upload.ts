import { AppError } from '../../shared/errors/app-error.ts';
import type { SlideId, UploadId } from '../../shared/ids.ts';
import { contentDigest } from '../../shared/upload/content-digest.ts';
import { inScope, sql, SYSTEM, type DatabaseTransaction } from '../storage/database.ts';
import type { TakenIn, WholeOriginal } from '../take-in.ts';
import type { UploadDeps } from './upload-deps.ts';
import type { UploadGrid } from './upload-grid.ts';
import {
  countReceived,
  digestsInOrder,
  gridOf,
  lockUpload,
  type UploadRow,
} from './upload-store.ts';

type FinishNeeds = Pick<UploadDeps, 'database' | 'staging' | 'takeIn' | 'recordAudit' | 'arriving'>;

type Begun =
  | { readonly kind: 'done'; readonly taken: TakenIn }
  | {
      readonly kind: 'moving';
      readonly grid: UploadGrid;
      readonly slideId: SlideId | null;
      readonly contentDigest: string;
    };

function alreadyFinished(row: UploadRow): TakenIn | undefined {
  if (row.state !== 'finished' && row.state !== 'known') return undefined;
  // A slide is never removed from the table while an upload names it.
  const slideId = row.slide_id as SlideId;
  return { slideId, alreadyKnown: row.state === 'known' };
}

/** All chunks are durable and are those that the sender has: from here on none is accepted. */
async function beginFinishing(
  transaction: DatabaseTransaction,
  id: UploadId,
  expected: string | undefined,
): Promise<Begun> {
  const row = await lockUpload(transaction, id);
  if (row === undefined) throw new AppError('request.not-found', 'the upload is gone');
  const taken = alreadyFinished(row);
  if (taken !== undefined) return { kind: 'done', taken };
  if (row.state === 'cancelled') throw new AppError('upload.ended', 'cancelled');
  const received = await countReceived(transaction, id);
  if (received < row.chunk_count) {
    throw new AppError('upload.incomplete', `${received} of ${row.chunk_count} chunks`, {
      fields: { missing: row.chunk_count - received },
    });
  }
  const digest = contentDigest(await digestsInOrder(transaction, id));
  if (expected !== undefined && digest !== expected) {
    throw new AppError('upload.content-mismatch', 'the sender has other bytes');
  }
  await transaction
    .updateTable('uploads')
    .set({ state: 'finishing', content_digest: digest, updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
  return { kind: 'moving', grid: gridOf(row), slideId: row.slide_id, contentDigest: digest };
}

/** In the transaction that makes the slide: the upload names it, and its chunks need no rows any more. */
async function settleUpload(
  transaction: DatabaseTransaction,
  recordAudit: UploadDeps['recordAudit'],
  grid: UploadGrid,
  { slideId, alreadyKnown }: TakenIn,
): Promise<void> {
  await transaction
    .updateTable('uploads')
    .set({
      state: alreadyKnown ? 'known' : 'finished',
      slide_id: slideId,
      finished_at: sql<Date>`now()`,
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', grid.id)
    .where('state', '=', 'finishing')
    .execute();
  await transaction.deleteFrom('upload_chunks').where('upload_id', '=', grid.id).execute();
  await recordAudit(transaction, {
    action: 'upload.finish',
    subject: `slide:${slideId}`,
    accountId: grid.accountId,
    hospitalId: grid.hospitalId,
    detail: { alreadyKnown },
  });
}

function originalOf(
  { staging }: Pick<UploadDeps, 'staging'>,
  { grid, slideId, contentDigest: digest }: Extract<Begun, { kind: 'moving' }>,
): WholeOriginal {
  return {
    slideId,
    hospitalId: grid.hospitalId,
    accountId: grid.accountId,
    name: grid.name,
    stain: null,
    contentDigest: digest,
    chunkBytes: grid.chunkBytes,
    files: grid.files.map(({ path, bytes }, file) => ({
      path,
      bytes,
      stagedAt: staging.pathOf(grid.id, file),
    })),
  };
}

/**
 * Turns an upload whose chunks are all durable into a slide, once. May be repeated after a kill between any
 * two lines: 'finishing' is kept until the slide's row and the upload's are written together.
 * @param expected the sender's own content digest; undefined when a start-up goes on with it
 * @throws AppError 'upload.incomplete', 'upload.content-mismatch', 'upload.ended'
 */
export async function finishUpload(
  needs: FinishNeeds,
  id: UploadId,
  expected: string | undefined,
): Promise<TakenIn> {
  const begun = await inScope(needs.database, SYSTEM, (transaction) =>
    beginFinishing(transaction, id, expected),
  );
  if (begun.kind === 'done') return begun.taken;
  const { grid } = begun;
  const original = originalOf(needs, begun);
  const taken = await needs.takeIn(original, (transaction, outcome) =>
    settleUpload(transaction, needs.recordAudit, grid, outcome),
  );
  needs.arriving.end(id, begun.slideId);
  await needs.staging.remove(id);
  return taken;
}
