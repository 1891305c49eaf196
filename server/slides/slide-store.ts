import { type Actor, can, type Resource } from '../../shared/access/can.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { HospitalId, SlideId } from '../../shared/ids.ts';
import type { Calibration, SlideDetail, SlideSummary } from '../../shared/slide/slide.ts';
import { type DatabaseTransaction, sql } from '../storage/database.ts';
import type { Row } from '../storage/schema.ts';

type SlideRow = Row<'slides'> & {
  hospital_zh: string;
  hospital_en: string;
  uploader: string;
};

interface LiveShare {
  readonly slideId: SlideId;
  readonly hospitalId: HospitalId;
  readonly includeLabel: boolean;
  readonly expiresAt: Date | null;
}

interface CalibrationRow {
  readonly slideId: SlideId;
  readonly mppX: number;
  readonly mppY: number;
  readonly reason: string;
  readonly accountId: Row<'accounts'>['id'];
  readonly accountName: string;
  readonly createdAt: Date;
}

export interface ListQuery {
  readonly search?: string | undefined;
  readonly deleted: boolean;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

function selectSlides(transaction: DatabaseTransaction) {
  return transaction
    .selectFrom('slides')
    .innerJoin('hospitals', 'hospitals.id', 'slides.hospital_id')
    .innerJoin('accounts', 'accounts.id', 'slides.uploaded_by')
    .selectAll('slides')
    .select([
      'hospitals.name_zh as hospital_zh',
      'hospitals.name_en as hospital_en',
      'accounts.display_name as uploader',
    ]);
}

/** Of these slides, what is lent to the actor's hospital and has not ended. */
async function sharesFor(
  transaction: DatabaseTransaction,
  actor: Actor,
  ids: readonly SlideId[],
): Promise<Map<SlideId, LiveShare>> {
  if (ids.length === 0) return new Map();
  const rows = await transaction
    .selectFrom('slide_shares')
    .select([
      'slide_id as slideId',
      'hospital_id as hospitalId',
      'include_label as includeLabel',
      'expires_at as expiresAt',
    ])
    .where('slide_id', 'in', ids)
    .where('hospital_id', '=', actor.hospitalId)
    .where('revoked_at', 'is', null)
    .execute();
  return new Map(rows.map((row) => [row.slideId, row]));
}

function selectCalibrations(transaction: DatabaseTransaction, ids: readonly SlideId[]) {
  return transaction
    .selectFrom('calibrations')
    .innerJoin('accounts', 'accounts.id', 'calibrations.account_id')
    .select([
      'calibrations.slide_id as slideId',
      'calibrations.mpp_x as mppX',
      'calibrations.mpp_y as mppY',
      'calibrations.reason as reason',
      'calibrations.account_id as accountId',
      'accounts.display_name as accountName',
      'calibrations.created_at as createdAt',
    ])
    .where('calibrations.slide_id', 'in', ids)
    .orderBy('calibrations.slide_id')
    .orderBy('calibrations.created_at', 'desc')
    .orderBy('calibrations.id', 'desc');
}

/** The calibration in force of each slide that a person has calibrated. */
async function calibrationsInForce(
  transaction: DatabaseTransaction,
  ids: readonly SlideId[],
): Promise<Map<SlideId, CalibrationRow>> {
  if (ids.length === 0) return new Map();
  const rows = await selectCalibrations(transaction, ids)
    .distinctOn('calibrations.slide_id')
    .execute();
  return new Map(rows.map((row) => [row.slideId, row]));
}

function toCalibration(row: CalibrationRow): Calibration {
  return {
    source: 'person',
    mpp: { x: row.mppX, y: row.mppY },
    accountId: row.accountId,
    accountName: row.accountName,
    at: row.createdAt.toISOString(),
    reason: row.reason,
  };
}

function calibrationOf(row: SlideRow, byPerson: CalibrationRow | undefined): Calibration {
  if (byPerson !== undefined) return toCalibration(byPerson);
  const mpp = row.properties?.mpp ?? null;
  return mpp === null ? { source: 'none' } : { source: 'file', mpp };
}

function resourceOf(
  row: SlideRow,
  share: LiveShare | undefined,
): Extract<Resource, { kind: 'slide' }> {
  const shares =
    share === undefined
      ? []
      : [
          {
            hospitalId: share.hospitalId,
            includeLabel: share.includeLabel,
            expiresAtMs: share.expiresAt?.getTime() ?? null,
          },
        ];
  return { kind: 'slide', hospitalId: row.hospital_id, deleted: row.deleted_at !== null, shares };
}

function accessOf(actor: Actor, row: SlideRow): SlideSummary['access'] {
  if (row.hospital_id === actor.hospitalId) return 'own';
  return actor.role === 'administrator' ? 'administrator' : 'shared';
}

interface Viewer {
  readonly actor: Actor;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

function toDetail(
  { actor, nowMs }: Viewer,
  row: SlideRow,
  share: LiveShare | undefined,
  calibrated: CalibrationRow | undefined,
): SlideDetail {
  const calibration = calibrationOf(row, calibrated);
  const access = accessOf(actor, row);
  return {
    id: row.id,
    name: row.name,
    hospitalId: row.hospital_id,
    hospitalNameZh: row.hospital_zh,
    hospitalNameEn: row.hospital_en,
    stain: row.stain,
    status: row.status,
    revision: row.revision,
    widthPx: row.properties?.pyramid.widthPx ?? null,
    heightPx: row.properties?.pyramid.heightPx ?? null,
    mpp: calibration.source === 'none' ? null : calibration.mpp,
    objectivePower: row.properties?.objectivePower ?? null,
    originalBytes: row.original_bytes,
    createdAt: row.created_at.toISOString(),
    uploadedByName: row.uploader,
    access,
    sharedUntil: access === 'shared' ? (share?.expiresAt?.toISOString() ?? null) : null,
    labelVisible: can(actor, 'slide.label', resourceOf(row, share), nowMs),
    deletedAt: row.deleted_at?.toISOString() ?? null,
    properties: row.properties,
    calibration,
    contentDigest: row.content_digest,
    note: row.note,
  };
}

function toSummary(detail: SlideDetail): SlideSummary {
  const { properties: _properties, contentDigest: _digest, note: _note, ...rest } = detail;
  const { calibration: _calibration, ...summary } = rest;
  return summary;
}

async function toDetails(
  transaction: DatabaseTransaction,
  viewer: Viewer,
  rows: readonly SlideRow[],
): Promise<SlideDetail[]> {
  const ids = rows.map(({ id }) => id);
  const shares = await sharesFor(transaction, viewer.actor, ids);
  const calibrations = await calibrationsInForce(transaction, ids);
  return rows.map((row) => toDetail(viewer, row, shares.get(row.id), calibrations.get(row.id)));
}

/** @throws AppError 'request.not-found' */
export async function getSlide(
  transaction: DatabaseTransaction,
  viewer: Viewer,
  id: SlideId,
): Promise<SlideDetail> {
  const row = await selectSlides(transaction).where('slides.id', '=', id).executeTakeFirst();
  const [detail] = row === undefined ? [] : await toDetails(transaction, viewer, [row]);
  if (detail === undefined) throw new AppError('request.not-found', 'no such slide');
  return detail;
}

/** Where the next page begins: creation to the microsecond (text, as PostgreSQL writes it) and id. */
const CURSOR = /^(\d{4}-\d{2}-\d{2} [\d:.]{8,15}[+-]\d{2}(?::\d{2})?)\|([0-9a-f-]{36})$/;

function parseCursor(cursor: string): { at: string; id: string } {
  const [, at, id] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  if (at === undefined || id === undefined) {
    throw new AppError('request.invalid', 'not a cursor of this list');
  }
  return { at, id };
}

/** Letters that LIKE gives a meaning stand for themselves. */
function likePattern(search: string): string {
  return `%${search.replace(/[\\%_]/g, (letter) => `\\${letter}`)}%`;
}

/** What the row-level policies let the actor see, newest first, a page at a time. */
export async function listSlides(
  transaction: DatabaseTransaction,
  viewer: Viewer,
  query: ListQuery,
): Promise<{ slides: SlideSummary[]; nextCursor: string | null }> {
  let select = selectSlides(transaction)
    .select(sql<string>`slides.created_at::text`.as('cursor_at'))
    .where('slides.deleted_at', query.deleted ? 'is not' : 'is', null)
    .orderBy('slides.created_at', 'desc')
    .orderBy('slides.id', 'desc')
    .limit(query.limit + 1);
  const search = query.search?.trim() ?? '';
  if (search !== '') {
    const pattern = likePattern(search);
    select = select.where((where) =>
      where.or([
        where('slides.name', 'ilike', pattern),
        where('slides.stain', 'ilike', pattern),
        where('slides.note', 'ilike', pattern),
      ]),
    );
  }
  if (query.cursor !== undefined) {
    const { at, id } = parseCursor(query.cursor);
    select = select.where(
      sql<boolean>`(slides.created_at, slides.id) < (${at}::timestamptz, ${id}::uuid)`,
    );
  }
  const rows = await select.execute();
  const page = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? page.at(-1) : undefined;
  const details = await toDetails(transaction, viewer, page);
  return {
    slides: details.map(toSummary),
    nextCursor:
      last === undefined
        ? null
        : Buffer.from(`${last.cursor_at}|${last.id}`, 'latin1').toString('base64url'),
  };
}

/** Who set the mpp, newest first; what the file says comes last. */
export async function listCalibrations(
  transaction: DatabaseTransaction,
  id: SlideId,
): Promise<Calibration[]> {
  const slide = await transaction
    .selectFrom('slides')
    .select('properties')
    .where('id', '=', id)
    .executeTakeFirst();
  const rows = await selectCalibrations(transaction, [id]).execute();
  const mpp = slide?.properties?.mpp ?? null;
  const fromFile: Calibration[] = mpp === null ? [] : [{ source: 'file', mpp }];
  return [...rows.map(toCalibration), ...fromFile];
}
