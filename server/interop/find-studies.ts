import { type Actor, can } from '../../shared/access/can.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { ParsedSearch, SlideSearch } from '../../shared/interop/dicom/search-query.ts';
import type {
  ToldInstance,
  ToldSeries,
  ToldStudy,
} from '../../shared/interop/dicom/search-rows.ts';
import { groupStudies, showsLabel } from '../../shared/interop/dicom/told-instances.ts';
import { inScope } from '../storage/database.ts';
import type { DicomNeeds } from './dicom-needs.ts';
import { findSlides, listStudySlides } from './dicom-slide-store.ts';

/** An instance in its place. */
export interface FoundInstance {
  readonly study: ToldStudy;
  readonly series: ToldSeries;
  readonly instance: ToldInstance;
}

export interface StudyNames {
  readonly study: string;
  readonly series?: string;
  readonly instance?: string;
}

export interface StudyFinder {
  /** Studies of a page of a search, newest first. */
  list(actor: Actor, parsed: ParsedSearch): Promise<readonly ToldStudy[]>;
  /** All studies with slides that a search means, newest first. */
  search(actor: Actor, search: SlideSearch): Promise<readonly ToldStudy[]>;
  /**
   * What a path names, as far as the caller may see it.
   * @throws AppError 'request.not-found' also for what is there and invisible
   */
  find(actor: Actor, names: StudyNames): Promise<readonly FoundInstance[]>;
}

/** A viewer asks for one frame after the other: what a study holds is believed as long as who may see a slide. */
const KEEP_MS = 5_000;
const MOST_KEPT = 500;

const EVERYTHING: SlideSearch = {
  studyUids: undefined,
  seriesUids: undefined,
  instanceUids: undefined,
  names: undefined,
  ids: undefined,
  from: undefined,
  to: undefined,
  impossible: false,
};

/** Instances that a path names in a study. */
function namedIn(study: ToldStudy, { series, instance }: StudyNames): FoundInstance[] {
  return study.series
    .filter(({ seriesUid }) => series === undefined || seriesUid === series)
    .flatMap((one) =>
      one.instances
        .filter(({ uid }) => instance === undefined || uid === instance)
        .map((found) => ({ study, series: one, instance: found })),
    );
}

async function search(
  { database, now }: DicomNeeds,
  actor: Actor,
  wanted: SlideSearch,
): Promise<readonly ToldStudy[]> {
  if (wanted.impossible) return [];
  return groupStudies(
    await inScope(database, { kind: 'actor', actor }, (transaction) =>
      findSlides(transaction, { actor, nowMs: now() }, wanted),
    ),
  );
}

async function listPage(
  { database, now }: DicomNeeds,
  actor: Actor,
  { search: wanted, limit, offset }: ParsedSearch,
): Promise<readonly ToldStudy[]> {
  if (wanted.impossible || limit === 0) return [];
  const { studies, slides } = await inScope(database, { kind: 'actor', actor }, (transaction) =>
    listStudySlides(transaction, { actor, nowMs: now() }, wanted, { limit, offset }),
  );
  // A study is named by its files, or by the id of its only slide.
  const places = new Map(studies.map((name, place) => [name, place]));
  const placeOf = ({ studyUid, first }: ToldStudy) =>
    places.get(studyUid) ?? places.get(first.id) ?? 0;
  return groupStudies(slides).toSorted((one, other) => placeOf(one) - placeOf(other));
}

/** What was found may be lent no longer, deleted or opened anew since. */
async function stillVisible(
  { resourceOf, now }: DicomNeeds,
  actor: Actor,
  found: readonly FoundInstance[],
): Promise<readonly FoundInstance[]> {
  const visible: FoundInstance[] = [];
  for (const one of found) {
    const resource = await resourceOf(one.series.slide.id);
    if (resource === undefined || resource.deleted) continue;
    const mayView = can(actor, 'slide.view', resource, now());
    const mayThis = !showsLabel(one.instance) || can(actor, 'slide.label', resource, now());
    if (mayView && mayThis) visible.push(one);
  }
  return visible;
}

/** Studies by who asks and name, remembered for a moment. */
function createStudyCache(needs: DicomNeeds) {
  const kept = new Map<string, { readonly study: ToldStudy | undefined; untilMs: number }>();
  return async (actor: Actor, studyUid: string): Promise<ToldStudy | undefined> => {
    const { accountId, hospitalId, role, tokenPurpose = '' } = actor;
    const key = [accountId, hospitalId, role, tokenPurpose, studyUid].join(' ');
    const known = kept.get(key);
    if (known !== undefined && needs.now() < known.untilMs) return known.study;
    const studies = await search(needs, actor, { ...EVERYTHING, studyUids: [studyUid] });
    const study = studies.find((one) => one.studyUid === studyUid);
    kept.delete(key);
    kept.set(key, { study, untilMs: needs.now() + KEEP_MS });
    const oldest = kept.keys().next().value;
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return study;
  };
}

export function createStudyFinder(needs: DicomNeeds): StudyFinder {
  const studyOf = createStudyCache(needs);
  return {
    search: (actor, wanted) => search(needs, actor, wanted),
    list: (actor, parsed) => listPage(needs, actor, parsed),
    find: async (actor, names) => {
      const study = await studyOf(actor, names.study);
      const found = study === undefined ? [] : namedIn(study, names);
      const visible = await stillVisible(needs, actor, found);
      if (visible.length === 0) {
        throw new AppError('request.not-found', 'no such instance that the caller may see');
      }
      return visible;
    },
  };
}
