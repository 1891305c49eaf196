import type { SlideId } from '../../shared/ids.ts';
import { AppError, isErrorCode, type ErrorFields } from '../../shared/errors/app-error.ts';
import type { SlideProperties, SlideStatus } from '../../shared/slide/slide.ts';
import { sql, type DatabaseTransaction } from '../storage/database.ts';
import { toJsonColumn } from '../storage/json-column.ts';
import type { Row } from '../storage/schema.ts';

/** The row, held until the transaction ends. */
export async function lockSlide(
  transaction: DatabaseTransaction,
  id: SlideId,
): Promise<Row<'slides'> | undefined> {
  return await transaction
    .selectFrom('slides')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/**
 * The revision is in the address of every tile: it grows when what is served changes. A slide that was looked
 * at while it arrived keeps its own, when it says of itself what it said then: its tiles are the same bytes.
 */
export async function markReady(
  transaction: DatabaseTransaction,
  id: SlideId,
  properties: SlideProperties,
  from: 'stored' | 'building',
): Promise<void> {
  const json = JSON.stringify(properties);
  await transaction
    .updateTable('slides')
    .set({
      status: toJsonColumn<SlideStatus>({ kind: 'ready' }),
      properties: toJsonColumn(properties),
      revision:
        from === 'building'
          ? sql<number>`revision + 1`
          : sql<number>`case when properties = ${json}::jsonb then revision else revision + 1 end`,
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .execute();
}

export async function setStatus(
  transaction: DatabaseTransaction,
  id: SlideId,
  status: SlideStatus,
): Promise<void> {
  await transaction
    .updateTable('slides')
    .set({ status: toJsonColumn(status), updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
}

export function failedStatus(code: string, fields: ErrorFields): SlideStatus {
  const known = isErrorCode(code) ? code : 'server.internal';
  return { kind: 'failed', code: known, fields: { ...fields } };
}

/**
 * Whether a failure lies in the file: then the slide has failed, with this name. Anything else may pass, and
 * is tried again.
 */
export function isFileFailure(cause: unknown): cause is AppError {
  if (!(cause instanceof AppError)) return false;
  return cause.code.startsWith('format.') || cause.code === 'tile.unreadable';
}
