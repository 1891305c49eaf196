import { AppError } from '../../shared/errors/app-error.ts';
import type { SlideId } from '../../shared/ids.ts';
import type { SlideStatus } from '../../shared/slide/slide.ts';
import { inScope, SYSTEM } from '../storage/database.ts';
import type { IngestDeps } from './ingest-deps.ts';
import { openStored } from './open-stored.ts';
import { lockSlide, setStatus } from './slide-rows.ts';

/**
 * Opens the kept original of a failed slide again, for example after an upgrade that knows its format.
 * @throws AppError 'slide.not-ready' when it has not failed
 */
export async function reopenSlide(deps: IngestDeps, id: SlideId): Promise<SlideStatus> {
  await inScope(deps.database, SYSTEM, async (transaction) => {
    const row = await lockSlide(transaction, id);
    if (row === undefined) throw new AppError('request.not-found', 'no such slide');
    if (row.status.kind !== 'failed') {
      throw new AppError('slide.not-ready', `reopening a slide that is ${row.status.kind}`);
    }
    await setStatus(transaction, id, { kind: 'stored' });
    // Other readers may see other tiles: without what it said before, opening raises the revision.
    await transaction
      .updateTable('slides')
      .set({ properties: null })
      .where('id', '=', id)
      .execute();
  });
  return await openStored(deps, id);
}
