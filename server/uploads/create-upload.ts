import type { Actor } from '../../shared/access/can.ts';
import type { BodyOf, ReplyOf } from '../../shared/api/endpoint.ts';
import type { EndpointOf } from '../../shared/api/endpoints.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { SlideId } from '../../shared/ids.ts';
import { CHUNK_BYTES, chunkCount } from '../../shared/upload/chunk-grid.ts';
import { inScope, sql, type DatabaseTransaction } from '../storage/database.ts';
import { toJsonColumn } from '../storage/json-column.ts';
import { insertArrivingSlide } from './arriving-rows.ts';
import type { UploadDeps } from './upload-deps.ts';
import type { UploadLimits } from './upload-grid.ts';
import {
  countUnfinished,
  describeUpload,
  findKnownSlide,
  findUnfinished,
  findUpload,
  type UploadRow,
} from './upload-store.ts';

type Wanted = BodyOf<EndpointOf<'upload.create'>>;
type Created = ReplyOf<EndpointOf<'upload.create'>>;

function totalBytesOf(wanted: Wanted): number {
  return wanted.files.reduce((sum, file) => sum + file.bytes, 0);
}

function refuseTooLarge(wanted: Wanted, { maxUploadBytes }: UploadLimits): void {
  const total = totalBytesOf(wanted);
  const paths = new Set(wanted.files.map(({ path }) => path));
  if (paths.size !== wanted.files.length) {
    throw new AppError('request.invalid', 'two files have one path');
  }
  if (total > maxUploadBytes) {
    throw new AppError('upload.too-large', `${total} bytes`, {
      fields: { limitGiB: Math.floor(maxUploadBytes / 2 ** 30) },
    });
  }
}

async function insertUpload(
  transaction: DatabaseTransaction,
  actor: Actor,
  wanted: Wanted,
  slideId: SlideId,
): Promise<UploadRow> {
  await insertArrivingSlide(transaction, actor, {
    id: slideId,
    uploadId: wanted.id,
    name: wanted.name,
    bytes: totalBytesOf(wanted),
  });
  const inserted = await transaction
    .insertInto('uploads')
    .values({
      id: wanted.id,
      hospital_id: actor.hospitalId,
      account_id: actor.accountId,
      slide_id: slideId,
      name: wanted.name,
      state: 'arriving',
      chunk_bytes: CHUNK_BYTES,
      chunk_count: chunkCount(wanted.files, CHUNK_BYTES),
      total_bytes: totalBytesOf(wanted),
      files: toJsonColumn(wanted.files),
      fingerprint: wanted.fingerprint,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returningAll()
    .executeTakeFirst();
  // A row that this scope cannot see has the id.
  if (inserted === undefined) throw new AppError('request.invalid', 'the id is taken');
  return inserted;
}

async function refuseTooMany(
  transaction: DatabaseTransaction,
  actor: Actor,
  { maxOpenUploads }: UploadLimits,
): Promise<void> {
  if ((await countUnfinished(transaction, actor)) < maxOpenUploads) return;
  throw new AppError('upload.too-many', 'too many unfinished uploads', {
    fields: { limit: maxOpenUploads },
  });
}

async function createInTransaction(
  transaction: DatabaseTransaction,
  actor: Actor,
  wanted: Wanted,
  { limits, newId }: Pick<UploadDeps, 'limits' | 'newId'>,
): Promise<Created> {
  // Two tabs with the same file take turns, so that the second finds what the first began.
  await sql`select pg_advisory_xact_lock(hashtextextended(${actor.accountId + wanted.fingerprint}, 0))`.execute(
    transaction,
  );
  const repeated = await findUpload(transaction, wanted.id);
  if (repeated !== undefined) {
    const same =
      repeated.account_id === actor.accountId && repeated.fingerprint === wanted.fingerprint;
    if (!same) throw new AppError('request.invalid', 'the id is taken');
    return { kind: 'resumed', upload: await describeUpload(transaction, repeated) };
  }
  const unfinished = await findUnfinished(transaction, actor, wanted.fingerprint);
  if (unfinished !== undefined) {
    return { kind: 'resumed', upload: await describeUpload(transaction, unfinished) };
  }
  const known = await findKnownSlide(transaction, actor, wanted.fingerprint);
  if (known !== undefined) return { kind: 'known', ...known };
  await refuseTooMany(transaction, actor, limits);
  const row = await insertUpload(transaction, actor, wanted, newId() as SlideId);
  return { kind: 'created', upload: await describeUpload(transaction, row) };
}

/**
 * Begins an upload, finds the unfinished one of this account, or names the slide that it would become.
 * @throws AppError 'upload.too-large', 'upload.too-many', 'request.invalid'
 */
export async function createUpload(
  { database, limits, newId }: Pick<UploadDeps, 'database' | 'limits' | 'newId'>,
  actor: Actor,
  wanted: Wanted,
): Promise<Created> {
  refuseTooLarge(wanted, limits);
  return await inScope(database, { kind: 'actor', actor }, (transaction) =>
    createInTransaction(transaction, actor, wanted, { limits, newId }),
  );
}
