import { type Actor, can, type Resource } from '../../shared/access/can.ts';
import { SlideId } from '../../shared/ids.ts';
import type { SlideSearch } from '../../shared/interop/dicom/search-query.ts';
import { slideOfStudyUid, slidesOfSeriesUid } from '../../shared/interop/dicom/dicom-uid.ts';
import type { DicomSlideRecord } from '../../shared/interop/dicom/slide-record.ts';
import type { Mpp } from '../../shared/slide/slide.ts';
import { type DatabaseTransaction, sql } from '../storage/database.ts';

/** A slide that the caller may see, and whether its label too. */
export interface VisibleSlide {
  readonly slide: DicomSlideRecord;
  readonly labelVisible: boolean;
}

/** A study is what the files say, else the slide alone. */
const STUDY = sql<string>`coalesce(slides.study_uid, slides.id::text)`;
const DAY = sql<string>`coalesce(left(slides.properties ->> 'scannedAt', 10),
  to_char(slides.created_at at time zone 'utc', 'YYYY-MM-DD'))`;

/** Slides of one search that are looked at: a page of studies has far fewer. */
const MOST_SLIDES = 5_000;

function selectReady(transaction: DatabaseTransaction) {
  return transaction
    .selectFrom('slides')
    .innerJoin('hospitals', 'hospitals.id', 'slides.hospital_id')
    .where('slides.deleted_at', 'is', null)
    .where('slides.original_key', 'is not', null)
    .where('slides.properties', 'is not', null)
    .where(sql<boolean>`slides.status ->> 'kind' = 'ready'`);
}

type Select = ReturnType<typeof selectReady>;

function textArray(values: readonly string[]) {
  return sql<string[]>`${[...values]}::text[]`;
}

function ofStudies(select: Select, uids: readonly string[]): Select {
  const ids = uids.flatMap(slideOfStudyUid);
  return select.where(sql<boolean>`(slides.study_uid = any(${textArray(uids)})
    or (slides.study_uid is null and slides.id = any(${textArray(ids)}::uuid[])))`);
}

/** Instances of a DICOM slide by one of their names. */
function named(key: 'uid' | 'seriesUid', uids: readonly string[]) {
  const wanted = uids.map((uid) => JSON.stringify([{ [key]: uid }]));
  return sql<boolean>`slides.properties -> 'dicom' -> 'instances'
    @> any(${textArray(wanted)}::jsonb[])`;
}

function ofSeries(select: Select, uids: readonly string[]): Select {
  const ids = uids.flatMap(slidesOfSeriesUid);
  return select.where(sql<boolean>`(${named('seriesUid', uids)}
    or (slides.study_uid is null and slides.id = any(${textArray(ids)}::uuid[])))`);
}

function narrow(select: Select, search: SlideSearch): Select {
  let narrowed = select;
  const { studyUids, seriesUids, instanceUids, names, ids, from, to } = search;
  if (studyUids !== undefined) narrowed = ofStudies(narrowed, studyUids);
  if (seriesUids !== undefined) narrowed = ofSeries(narrowed, seriesUids);
  if (instanceUids !== undefined && studyUids === undefined && seriesUids === undefined) {
    narrowed = narrowed.where(named('uid', instanceUids));
  }
  if (names !== undefined) {
    narrowed = narrowed.where(sql<boolean>`slides.name ilike any(${textArray(names)})`);
  }
  if (ids !== undefined) {
    narrowed = narrowed.where(sql<boolean>`slides.id::text ilike any(${textArray(ids)})`);
  }
  if (from !== undefined) narrowed = narrowed.where(sql<boolean>`${DAY} >= ${from}`);
  if (to !== undefined) narrowed = narrowed.where(sql<boolean>`${DAY} <= ${to}`);
  return narrowed;
}

/** Names of the studies of a page, newest first; studies are shown whole, whichever of their slides was meant. */
async function studiesOnPage(
  transaction: DatabaseTransaction,
  search: SlideSearch,
  page: { readonly limit: number; readonly offset: number },
): Promise<string[]> {
  const rows = await narrow(selectReady(transaction), search)
    .select(STUDY.as('study'))
    .groupBy(STUDY)
    .orderBy(sql`max(slides.created_at)`, 'desc')
    .orderBy(STUDY)
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  return rows.map(({ study }) => study);
}

function withColumns(select: Select) {
  return select
    .select([
      'slides.id as id',
      'slides.hospital_id as hospitalId',
      'hospitals.name_en as institution',
      'slides.name as name',
      'slides.stain as stain',
      'slides.created_at as createdAt',
      'slides.original_key as originalKey',
      'slides.revision as revision',
      'slides.properties as properties',
    ])
    .select(
      sql<Mpp | null>`(select jsonb_build_object('x', mpp_x, 'y', mpp_y) from calibrations
        where calibrations.slide_id = slides.id order by created_at desc, calibrations.id desc limit 1)`.as(
        'calibrated',
      ),
    )
    .orderBy('slides.created_at', 'desc')
    .orderBy('slides.id', 'desc')
    .limit(MOST_SLIDES);
}

type Row = Awaited<ReturnType<ReturnType<typeof withColumns>['execute']>>[number];

function toRecord(row: Row): DicomSlideRecord[] {
  const { originalKey, properties, calibrated, createdAt, ...rest } = row;
  if (originalKey === null || properties === null) return [];
  const mpp = calibrated ?? properties.mpp;
  return [{ ...rest, originalKey, properties, mpp, createdAt: createdAt.toISOString() }];
}

/** Beside what the database lets through, can() decides about each slide. */
async function admit(
  transaction: DatabaseTransaction,
  { actor, nowMs }: Viewer,
  rows: readonly Row[],
): Promise<VisibleSlide[]> {
  const slides = rows.flatMap(toRecord);
  if (slides.length === 0) return [];
  const ids = slides.map(({ id }) => id);
  const lent = await transaction
    .selectFrom('slide_shares')
    .select([
      'slide_id',
      'hospital_id as hospitalId',
      'include_label as includeLabel',
      'expires_at',
    ])
    .where('slide_id', 'in', ids)
    .where('hospital_id', '=', actor.hospitalId)
    .where('revoked_at', 'is', null)
    .execute();
  return slides.flatMap((slide) => {
    const shares = lent
      .filter(({ slide_id }) => slide_id === slide.id)
      .map((share) => ({ ...share, expiresAtMs: share.expires_at?.getTime() ?? null }));
    const { hospitalId } = slide;
    const resource: Resource = { kind: 'slide', hospitalId, deleted: false, shares };
    if (!can(actor, 'slide.view', resource, nowMs)) return [];
    return [{ slide, labelVisible: can(actor, 'slide.label', resource, nowMs) }];
  });
}

export interface Viewer {
  readonly actor: Actor;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** Slides of the studies of a page. */
export async function listStudySlides(
  transaction: DatabaseTransaction,
  viewer: Viewer,
  search: SlideSearch,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ readonly studies: readonly string[]; readonly slides: readonly VisibleSlide[] }> {
  const studies = await studiesOnPage(transaction, search, page);
  if (studies.length === 0) return { studies, slides: [] };
  const ids = studies.filter((study) => SlideId.safeParse(study).success);
  const select = selectReady(transaction).where(sql<boolean>`(
    slides.study_uid = any(${textArray(studies)})
    or (slides.study_uid is null and slides.id = any(${textArray(ids)}::uuid[])))`);
  return { studies, slides: await admit(transaction, viewer, await withColumns(select).execute()) };
}

/** Slides that a search means, newest first. */
export async function findSlides(
  transaction: DatabaseTransaction,
  viewer: Viewer,
  search: SlideSearch,
): Promise<readonly VisibleSlide[]> {
  const rows = await withColumns(narrow(selectReady(transaction), search)).execute();
  return await admit(transaction, viewer, rows);
}
