import type { Actor } from '../../shared/access/can.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { admits } from '../../shared/interop/dicom/accept-frames.ts';
import { type DicomJson, dicomJsonText } from '../../shared/interop/dicom/dicom-json.ts';
import { type ParsedSearch, parseSearch } from '../../shared/interop/dicom/search-query.ts';
import type { SearchQuery } from '../../shared/interop/dicom/search-schema.ts';
import {
  instanceRow,
  seriesRow,
  studyRow,
  type ToldSeries,
  type ToldStudy,
} from '../../shared/interop/dicom/search-rows.ts';
import type { BytesReply, Handlers } from '../http/handler.ts';
import type { InstanceReader } from './dicom-instances.ts';
import type { FoundInstance, StudyFinder } from './find-studies.ts';

type SearchName =
  | 'interop.dicomStudies'
  | 'interop.dicomAllSeries'
  | 'interop.dicomAllInstances'
  | 'interop.dicomStudySeries'
  | 'interop.dicomStudyInstances'
  | 'interop.dicomSeriesInstances';

export const DICOM_JSON = 'application/dicom+json';

export interface SearchNeeds {
  readonly finder: StudyFinder;
  readonly reader: InstanceReader;
}

export function dicomRoot(origin: string): string {
  return `${origin}/api/interop/dicomweb`;
}

export function instanceUrl(origin: string, { series, instance }: FoundInstance): string {
  const path = `studies/${series.studyUid}/series/${series.seriesUid}/instances/${instance.uid}`;
  return `${dicomRoot(origin)}/${path}`;
}

/** @throws AppError 'interop.not-acceptable' */
export function jsonReply(accept: string | undefined, rows: readonly DicomJson[]): BytesReply {
  if (!admits(accept, DICOM_JSON, 'application/json')) {
    throw new AppError('interop.not-acceptable', 'metadata are JSON');
  }
  const contentType = DICOM_JSON;
  return { bytes: `[${rows.map(dicomJsonText).join(',')}]`, contentType, cacheControl: 'no-store' };
}

interface Asked {
  readonly actor: Actor;
  readonly query: SearchQuery;
  readonly origin: string;
  readonly header: (name: string) => string | undefined;
  readonly params?: { readonly study?: string; readonly series?: string };
}

/** What the path names is searched for whatever the query says. */
function parse({ query, params = {} }: Asked): ParsedSearch {
  const parsed = parseSearch(query);
  const { study, series } = params;
  return {
    ...parsed,
    search: {
      ...parsed.search,
      ...(study === undefined ? {} : { studyUids: [study] }),
      ...(series === undefined ? {} : { seriesUids: [series] }),
    },
  };
}

function answer({ header }: Asked, { unheeded }: ParsedSearch, rows: readonly DicomJson[]) {
  const reply = jsonReply(header('accept'), rows);
  if (unheeded.length === 0) return reply;
  // PS3.18, 8.3.4.3 and RFC 9111, 5.5.
  const list = unheeded.slice(0, 10).join(', ');
  return { reply, headers: { Warning: `299 farscope "not heeded: ${list}"` } };
}

interface Member {
  readonly study: ToldStudy;
  readonly series: ToldSeries;
}

function membersOf(studies: readonly ToldStudy[], { search }: ParsedSearch): Member[] {
  const { studyUids, seriesUids } = search;
  return studies
    .filter(({ studyUid }) => studyUids === undefined || studyUids.includes(studyUid))
    .flatMap((study) => study.series.map((series) => ({ study, series })))
    .filter(({ series }) => seriesUids === undefined || seriesUids.includes(series.seriesUid));
}

function pageOf<Row>(rows: readonly Row[], { limit, offset }: ParsedSearch): readonly Row[] {
  return rows.slice(offset, offset + limit);
}

async function searchStudies({ finder }: SearchNeeds, asked: Asked) {
  const parsed = parse(asked);
  const studies = await finder.list(asked.actor, parsed);
  const root = dicomRoot(asked.origin);
  return answer(
    asked,
    parsed,
    studies.map((study) => studyRow(study, root)),
  );
}

async function searchSeries({ finder }: SearchNeeds, asked: Asked) {
  const parsed = parse(asked);
  const members = membersOf(await finder.search(asked.actor, parsed.search), parsed);
  const root = dicomRoot(asked.origin);
  const rows = pageOf(members, parsed).map(({ study, series }) => {
    const row = seriesRow(series, study.series.indexOf(series) + 1, root);
    // Who did not name a study wants to know of it (PS3.18, 10.6.3.3.2).
    return asked.params === undefined ? { ...studyRow(study, root), ...row } : row;
  });
  return answer(asked, parsed, rows);
}

async function searchInstances({ finder, reader }: SearchNeeds, asked: Asked) {
  const parsed = parse(asked);
  const { studyUids, seriesUids, instanceUids } = parsed.search;
  if (studyUids === undefined && seriesUids === undefined && instanceUids === undefined) {
    throw new AppError('interop.invalid', 'instances are searched for in a study or a series');
  }
  const found = membersOf(await finder.search(asked.actor, parsed.search), parsed)
    .flatMap(({ study, series }) =>
      series.instances.map((instance) => ({ study, series, instance })),
    )
    .filter(({ instance }) => instanceUids === undefined || instanceUids.includes(instance.uid));
  const rows: DicomJson[] = [];
  for (const one of pageOf(found, parsed)) {
    const url = instanceUrl(asked.origin, one);
    rows.push(instanceRow(await reader.metadata(one, url), parsed.include, url));
  }
  return answer(asked, parsed, rows);
}

/** QIDO-RS (PS3.18, 10.6). */
export function dicomSearchHandlers(needs: SearchNeeds): Pick<Handlers, SearchName> {
  return {
    'interop.dicomStudies': ({ params: _none, ...asked }) => searchStudies(needs, asked),
    'interop.dicomAllSeries': ({ params: _none, ...asked }) => searchSeries(needs, asked),
    'interop.dicomAllInstances': ({ params: _none, ...asked }) => searchInstances(needs, asked),
    'interop.dicomStudySeries': (asked) => searchSeries(needs, asked),
    'interop.dicomStudyInstances': (asked) => searchInstances(needs, asked),
    'interop.dicomSeriesInstances': (asked) => searchInstances(needs, asked),
  };
}
