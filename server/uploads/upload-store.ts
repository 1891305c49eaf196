import type { Actor } from '../../shared/access/can.ts';
import type { Upload } from '../../shared/api/endpoints/uploads.ts';
import type { SlideId, UploadId } from '../../shared/ids.ts';
import type { Run } from '../../shared/upload/received-runs.ts';
import { sql, type DatabaseTransaction } from '../storage/database.ts';
import type { Row } from '../storage/schema.ts';
import type { StoredState, UploadGrid } from './upload-grid.ts';

export type UploadRow = Row<'uploads'>;

export function gridOf(row: UploadRow): UploadGrid {
  return {
    id: row.id,
    hospitalId: row.hospital_id,
    accountId: row.account_id,
    name: row.name,
    files: row.files,
    chunkBytes: row.chunk_bytes,
    chunkCount: row.chunk_count,
  };
}

/** The row, or undefined when there is none that the scope may see. */
export async function findUpload(
  transaction: DatabaseTransaction,
  id: UploadId,
): Promise<UploadRow | undefined> {
  return await transaction
    .selectFrom('uploads')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
}

/** The state, held until the transaction ends: chunk, finish and cancel of one upload take turns here. */
export async function lockUpload(
  transaction: DatabaseTransaction,
  id: UploadId,
): Promise<UploadRow | undefined> {
  return await transaction
    .selectFrom('uploads')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/** Merged runs of durable chunks, ascending ("gaps and islands": index minus rank is one per island). */
export async function receivedRuns(transaction: DatabaseTransaction, id: UploadId): Promise<Run[]> {
  const { rows } = await sql<{ first: number; after_last: number }>`
    select min(chunk_index) as first, max(chunk_index) + 1 as after_last
    from (
      select chunk_index, chunk_index - row_number() over (order by chunk_index) as island
      from upload_chunks where upload_id = ${id}
    ) as ranked
    group by island order by first`.execute(transaction);
  return rows.map((row): Run => [row.first, row.after_last]);
}

export async function countReceived(
  transaction: DatabaseTransaction,
  id: UploadId,
): Promise<number> {
  const row = await transaction
    .selectFrom('upload_chunks')
    .select((count) => count.fn.countAll<number>().as('received'))
    .where('upload_id', '=', id)
    .executeTakeFirstOrThrow();
  return row.received;
}

/** Digests of some chunks, those that are durable, by index. */
export async function digestsOf(
  transaction: DatabaseTransaction,
  id: UploadId,
  indices: readonly number[],
): Promise<Map<number, string>> {
  const rows = await transaction
    .selectFrom('upload_chunks')
    .select(['chunk_index', 'sha256'])
    .where('upload_id', '=', id)
    .where('chunk_index', '=', sql<number>`any(${[...indices]}::int[])`)
    .execute();
  return new Map(rows.map((row) => [row.chunk_index, Buffer.from(row.sha256).toString('hex')]));
}

export async function digestsInOrder(
  transaction: DatabaseTransaction,
  id: UploadId,
): Promise<Uint8Array[]> {
  const rows = await transaction
    .selectFrom('upload_chunks')
    .select('sha256')
    .where('upload_id', '=', id)
    .orderBy('chunk_index')
    .execute();
  return rows.map((row) => row.sha256);
}

export async function setState(
  transaction: DatabaseTransaction,
  id: UploadId,
  state: StoredState,
): Promise<void> {
  await transaction
    .updateTable('uploads')
    .set({ state, updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
}

/** Forgets chunks [first, afterLast) and says how many were known. */
export async function deleteChunks(
  transaction: DatabaseTransaction,
  id: UploadId,
  [first, afterLast]: Run,
): Promise<bigint> {
  const deleted = await transaction
    .deleteFrom('upload_chunks')
    .where('upload_id', '=', id)
    .where('chunk_index', '>=', first)
    .where('chunk_index', '<', afterLast)
    .executeTakeFirst();
  return deleted.numDeletedRows;
}

/** A finish that has not shown life for so long is taken for dead. Three times the pause between two signs. */
const SILENT_SECONDS = 30;
export const SIGN_OF_LIFE_MS = 10_000;

/** Says that the finish goes on. */
export async function showLife(transaction: DatabaseTransaction, id: UploadId): Promise<void> {
  await transaction
    .updateTable('uploads')
    .set({ updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where('state', '=', 'finishing')
    .execute();
}

/** Finishes whose process is dead, each for one caller only. */
export async function claimSilentFinishes(transaction: DatabaseTransaction): Promise<UploadRow[]> {
  return await transaction
    .updateTable('uploads')
    .set({ updated_at: sql<Date>`now()` })
    .where('state', '=', 'finishing')
    .where('updated_at', '<', sql<Date>`now() - make_interval(secs => ${SILENT_SECONDS})`)
    .returningAll()
    .execute();
}

/** States that a reader of the API meets: what only the server needs to tell apart is folded. */
const SAID: Readonly<Record<StoredState, Upload['state']>> = {
  arriving: 'arriving',
  'waiting-for-room': 'waiting-for-room',
  finishing: 'arriving',
  finished: 'finished',
  known: 'finished',
  cancelled: 'cancelled',
};

function saidState(row: UploadRow): Upload['state'] {
  return SAID[row.state as StoredState];
}

/** Once all is in the store, the rows of single chunks are gone: the whole grid is received. */
async function runsOf(transaction: DatabaseTransaction, row: UploadRow): Promise<Run[]> {
  if (saidState(row) === 'finished') return [[0, row.chunk_count]];
  return await receivedRuns(transaction, row.id);
}

export async function describeUpload(
  transaction: DatabaseTransaction,
  row: UploadRow,
): Promise<Upload> {
  const received = await runsOf(transaction, row);
  return {
    id: row.id,
    name: row.name,
    state: saidState(row),
    slideId: row.slide_id,
    files: [...row.files],
    chunkBytes: row.chunk_bytes,
    chunkCount: row.chunk_count,
    received: received.map(([first, afterLast]) => [first, afterLast]),
    createdAt: row.created_at.toISOString(),
  };
}

export const UNFINISHED: readonly StoredState[] = ['arriving', 'waiting-for-room', 'finishing'];

/** The unfinished upload of this account with the same fingerprint, newest first. */
export async function findUnfinished(
  transaction: DatabaseTransaction,
  actor: Actor,
  fingerprint: string,
): Promise<UploadRow | undefined> {
  return await transaction
    .selectFrom('uploads')
    .selectAll()
    .where('account_id', '=', actor.accountId)
    .where('fingerprint', '=', fingerprint)
    .where('state', 'in', UNFINISHED)
    .orderBy('created_at', 'desc')
    .executeTakeFirst();
}

export async function countUnfinished(
  transaction: DatabaseTransaction,
  actor: Actor,
): Promise<number> {
  const row = await transaction
    .selectFrom('uploads')
    .select((count) => count.fn.countAll<number>().as('unfinished'))
    .where('account_id', '=', actor.accountId)
    .where('state', 'in', UNFINISHED)
    .executeTakeFirstOrThrow();
  return row.unfinished;
}

/** A slide of this hospital that came from files with the same fingerprint and is still whole. */
export async function findKnownSlide(
  transaction: DatabaseTransaction,
  actor: Actor,
  fingerprint: string,
): Promise<{ slideId: SlideId; slideName: string } | undefined> {
  return await transaction
    .selectFrom('uploads')
    .innerJoin('slides', 'slides.id', 'uploads.slide_id')
    .select(['slides.id as slideId', 'slides.name as slideName'])
    .where('uploads.hospital_id', '=', actor.hospitalId)
    .where('uploads.fingerprint', '=', fingerprint)
    .where('slides.hospital_id', '=', actor.hospitalId)
    .where('slides.deleted_at', 'is', null)
    .where('slides.content_digest', 'is not', null)
    .executeTakeFirst();
}

/** Own uploads that are not finished, and those finished in the last day, newest first. */
export async function listUploads(
  transaction: DatabaseTransaction,
  actor: Actor,
  nowMs: number,
): Promise<Upload[]> {
  const rows = await transaction
    .selectFrom('uploads')
    .selectAll()
    .where('account_id', '=', actor.accountId)
    .where((either) =>
      either.or([
        either('state', 'in', UNFINISHED),
        either('finished_at', '>', new Date(nowMs - 24 * 3_600_000)),
      ]),
    )
    .orderBy('created_at', 'desc')
    .limit(1_000)
    .execute();
  const uploads: Upload[] = [];
  for (const row of rows) uploads.push(await describeUpload(transaction, row));
  return uploads;
}
