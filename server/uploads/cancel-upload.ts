import type { Actor } from '../../shared/access/can.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { UploadId } from '../../shared/ids.ts';
import { inScope, sql, type DatabaseTransaction } from '../storage/database.ts';
import { removeArrivingSlide } from './arriving-rows.ts';
import type { UploadDeps } from './upload-deps.ts';
import { lockUpload, type UploadRow } from './upload-store.ts';

/** Ends an upload for good: no chunk is accepted any more, and none is remembered. */
export async function endUpload(
  transaction: DatabaseTransaction,
  { id, slide_id: slideId }: Pick<UploadRow, 'id' | 'slide_id'>,
): Promise<void> {
  await transaction
    .updateTable('uploads')
    .set({ state: 'cancelled', cancelled_at: sql<Date>`now()`, updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
  await transaction.deleteFrom('upload_chunks').where('upload_id', '=', id).execute();
  await removeArrivingSlide(transaction, slideId);
}

/**
 * Cancels, and removes what had arrived. Again is no error.
 * @throws AppError 'upload.ended' when it is a slide by now
 */
export async function cancelUpload(
  { database, staging, arriving }: Pick<UploadDeps, 'database' | 'staging' | 'arriving'>,
  actor: Actor,
  id: UploadId,
): Promise<void> {
  const slideId = await inScope(database, { kind: 'actor', actor }, async (transaction) => {
    const row = await lockUpload(transaction, id);
    if (row === undefined) throw new AppError('request.not-found', 'no such upload');
    if (row.state === 'cancelled') return null;
    if (row.state !== 'arriving' && row.state !== 'waiting-for-room') {
      throw new AppError('upload.ended', `cancel of an upload that is ${row.state}`);
    }
    await endUpload(transaction, row);
    return row.slide_id;
  });
  arriving.end(id, slideId);
  await staging.remove(id);
}
