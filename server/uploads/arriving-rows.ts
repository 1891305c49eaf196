import type { Actor } from '../../shared/access/can.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { type SlideId, UploadId } from '../../shared/ids.ts';
import type { SlideProperties, SlideStatus } from '../../shared/slide/slide.ts';
import {
  inScope,
  sql,
  SYSTEM,
  type Database,
  type DatabaseTransaction,
} from '../storage/database.ts';
import { toJsonColumn } from '../storage/json-column.ts';

/** Original keys of slides that are not in the store yet: the name of their upload. */
const PREFIX = 'arriving/';

export function arrivingKeyOf(uploadId: UploadId): string {
  return `${PREFIX}${uploadId}`;
}

export function isArrivingKey(originalKey: string): boolean {
  return originalKey.startsWith(PREFIX);
}

export function arrivingUploadOf(originalKey: string): UploadId {
  const id = UploadId.safeParse(originalKey.slice(PREFIX.length));
  if (!isArrivingKey(originalKey) || !id.success) {
    throw new AppError('storage.blob-missing', 'not an arriving slide');
  }
  return id.data;
}

/** A slide that everybody sees in the lists while it is sent. */
export async function insertArrivingSlide(
  transaction: DatabaseTransaction,
  actor: Actor,
  slide: {
    readonly id: SlideId;
    readonly uploadId: UploadId;
    readonly name: string;
    readonly bytes: number;
  },
): Promise<void> {
  await transaction
    .insertInto('slides')
    .values({
      id: slide.id,
      hospital_id: actor.hospitalId,
      name: slide.name,
      status: toJsonColumn<SlideStatus>({ kind: 'arriving', received: 0 }),
      original_key: arrivingKeyOf(slide.uploadId),
      original_bytes: slide.bytes,
      content_digest: null,
      uploaded_by: actor.accountId,
      stain: null,
      note: null,
      deleted_at: null,
    })
    .execute();
}

/** An upload that is over takes its slide along, as long as that is not in the store. */
export async function removeArrivingSlide(
  transaction: DatabaseTransaction,
  slideId: SlideId | null,
): Promise<void> {
  if (slideId === null) return;
  await transaction
    .deleteFrom('slides')
    .where('id', '=', slideId)
    .where((status) => status(status.ref('status', '->>').key('kind'), '=', 'arriving'))
    .execute();
}

/** Says in the lists how much is there, in whole per cents: rows are not for every chunk. */
export async function noteProgress(
  transaction: DatabaseTransaction,
  slideId: SlideId | null,
  {
    before,
    after,
    count,
  }: { readonly before: number; readonly after: number; readonly count: number },
): Promise<void> {
  const percent = (chunks: number): number => Math.floor((100 * chunks) / count);
  if (slideId === null || percent(before) === percent(after)) return;
  await transaction
    .updateTable('slides')
    .set({
      status: toJsonColumn<SlideStatus>({ kind: 'arriving', received: after / count }),
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', slideId)
    .where((status) => status(status.ref('status', '->>').key('kind'), '=', 'arriving'))
    .execute();
}

/**
 * From here on it can be looked at. Its tiles get a revision, which stays when the last chunk is in: what was
 * read of durable bytes is what the store will hold.
 * @returns its original key, or undefined when it is not arriving any more
 */
export async function noteProperties(
  database: Database,
  slideId: SlideId,
  properties: SlideProperties,
): Promise<string | undefined> {
  const row = await inScope(database, SYSTEM, (transaction) =>
    transaction
      .updateTable('slides')
      .set({ properties: toJsonColumn(properties), revision: 1, updated_at: sql<Date>`now()` })
      .where('id', '=', slideId)
      .where('properties', 'is', null)
      .where((status) => status(status.ref('status', '->>').key('kind'), '=', 'arriving'))
      .returning('original_key')
      .executeTakeFirst(),
  );
  return row?.original_key ?? undefined;
}
