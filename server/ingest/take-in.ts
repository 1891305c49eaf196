import { AppError } from '../../shared/errors/app-error.ts';
import type { SlideId } from '../../shared/ids.ts';
import type { SlideStatus } from '../../shared/slide/slide.ts';
import {
  inScope,
  retryConnectionLoss,
  sql,
  SYSTEM,
  type DatabaseTransaction,
} from '../storage/database.ts';
import { toJsonColumn } from '../storage/json-column.ts';
import type { TakeIn, TakenIn, WholeOriginal } from '../take-in.ts';
import type { IngestDeps } from './ingest-deps.ts';
import { VERIFY_ORIGINAL } from './job-kinds.ts';
import { openStored } from './open-stored.ts';
import { moveOriginalIn } from './original-files.ts';

/**
 * The slide of this hospital with this very content. A slide whose bytes were found damaged on disk has lost
 * its digest, so that the same upload heals it instead of being refused as known.
 */
async function findSameContent(
  transaction: DatabaseTransaction,
  { hospitalId, contentDigest }: WholeOriginal,
): Promise<SlideId | undefined> {
  const row = await transaction
    .selectFrom('slides')
    .select('id')
    .where('hospital_id', '=', hospitalId)
    .where('content_digest', '=', contentDigest)
    .where('deleted_at', 'is', null)
    .orderBy('created_at')
    .executeTakeFirst();
  return row?.id;
}

/** The slide that readers know already goes on under its id, with what they may have changed of it. */
async function storeArriving(
  transaction: DatabaseTransaction,
  deps: IngestDeps,
  original: WholeOriginal,
  originalKey: string,
): Promise<SlideId | undefined> {
  if (original.slideId === null) return undefined;
  const row = await transaction
    .updateTable('slides')
    .set({
      status: toJsonColumn<SlideStatus>({ kind: 'stored' }),
      original_key: originalKey,
      content_digest: original.contentDigest,
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', original.slideId)
    .where((status) => status(status.ref('status', '->>').key('kind'), '=', 'arriving'))
    .returning('id')
    .executeTakeFirst();
  if (row === undefined) return undefined;
  await deps.jobs.enqueue(transaction, VERIFY_ORIGINAL, { slideId: row.id }, row.id);
  return row.id;
}

/** The hospital has this content already: readers go on with the slide that was there before. */
async function dropArriving(
  transaction: DatabaseTransaction,
  { slideId }: WholeOriginal,
): Promise<void> {
  if (slideId === null) return;
  await transaction
    .deleteFrom('slides')
    .where('id', '=', slideId)
    .where((status) => status(status.ref('status', '->>').key('kind'), '=', 'arriving'))
    .execute();
}

async function insertSlide(
  transaction: DatabaseTransaction,
  deps: IngestDeps,
  original: WholeOriginal,
  originalKey: string,
): Promise<SlideId> {
  const id = deps.newId() as SlideId;
  await transaction
    .insertInto('slides')
    .values({
      id,
      hospital_id: original.hospitalId,
      name: original.name,
      status: toJsonColumn<SlideStatus>({ kind: 'stored' }),
      original_key: originalKey,
      original_bytes: original.files.reduce((sum, { bytes }) => sum + bytes, 0),
      content_digest: original.contentDigest,
      uploaded_by: original.accountId,
      stain: original.stain,
      note: null,
      deleted_at: null,
    })
    .execute();
  await deps.jobs.enqueue(transaction, VERIFY_ORIGINAL, { slideId: id }, id);
  return id;
}

/** One transaction: the slide (or the one that was there), its job, and whatever the caller settles. */
async function makeSlide(
  deps: IngestDeps,
  original: WholeOriginal,
  originalKey: string | undefined,
  settle: Parameters<TakeIn>[1],
): Promise<TakenIn | undefined> {
  return await inScope(deps.database, SYSTEM, async (transaction) => {
    // Two uploads of one content that finish together take turns: the second finds the first's slide.
    await sql`select pg_advisory_xact_lock(hashtextextended(${original.hospitalId + original.contentDigest}, 1))`.execute(
      transaction,
    );
    const same = await findSameContent(transaction, original);
    if (same === undefined && originalKey === undefined) return undefined;
    const slideId =
      same ??
      (await storeArriving(transaction, deps, original, originalKey ?? '')) ??
      (await insertSlide(transaction, deps, original, originalKey ?? ''));
    const taken: TakenIn = { slideId, alreadyKnown: same !== undefined };
    await settle(transaction, taken);
    if (taken.alreadyKnown) await dropArriving(transaction, original);
    return taken;
  });
}

/** See TakeIn. The bytes are in the store before the row that names them exists. */
export function takeInWith(deps: IngestDeps): TakeIn {
  return async (original, settle) => {
    const known = await makeSlide(deps, original, undefined, settle);
    if (known !== undefined) return known;
    const key = await moveOriginalIn(deps.blobs, original);
    const taken = await retryConnectionLoss(() => makeSlide(deps, original, key, settle));
    if (taken === undefined) throw new AppError('server.internal', 'no slide was made');
    await openTaken(deps, taken.slideId);
    return taken;
  };
}

/** The slide is safe by now: when it cannot be opened at this moment, the verify job or the next start does. */
async function openTaken(deps: IngestDeps, slideId: SlideId): Promise<void> {
  try {
    await openStored(deps, slideId);
  } catch (cause) {
    deps.log(`slide ${slideId} is stored but could not be opened yet: ${String(cause)}`);
  }
}
