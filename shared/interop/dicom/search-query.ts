import { AppError } from '../../errors/app-error.ts';
import { UID_PATTERN } from '../../slide-format/dicom/uid-pattern.ts';
import { ATTRIBUTES, type DicomKeyword, WHOLE_SLIDE_IMAGE } from './attributes.ts';
import type { SearchQuery } from './search-schema.ts';

/** Longer than any name of a slide. */
const MAX_PATTERN = 200;
/** Results of one search at most; more are on the next pages. */
const MAX_RESULTS = 200;

/** What is searched for. A list that is undefined admits everything. */
export interface SlideSearch {
  readonly studyUids: readonly string[] | undefined;
  readonly seriesUids: readonly string[] | undefined;
  readonly instanceUids: readonly string[] | undefined;
  /** Patterns of SQL's LIKE for the slide's name; any of them. */
  readonly names: readonly string[] | undefined;
  /** The same for its id. */
  readonly ids: readonly string[] | undefined;
  /** YYYY-MM-DD, both ends included. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Something is asked for that no slide has. */
  readonly impossible: boolean;
}

export interface ParsedSearch {
  readonly search: SlideSearch;
  readonly limit: number;
  readonly offset: number;
  /** Tags that are wanted beside the usual ones; 'all': every one. */
  readonly include: 'all' | readonly string[];
  /** Parameters that were not heeded. */
  readonly unheeded: readonly string[];
}

const NOT_ATTRIBUTES = new Set([
  'limit',
  'offset',
  'fuzzymatching',
  'includefield',
  'accept',
  'charset',
  'emptyvaluematching',
  'multiplevaluematching',
]);

const KEYWORD_OF_TAG: ReadonlyMap<string, DicomKeyword> = new Map(
  Object.entries(ATTRIBUTES).map(([keyword, [tag]]) => [tag, keyword as DicomKeyword]),
);

function keywordOf(name: string): DicomKeyword | undefined {
  if (Object.hasOwn(ATTRIBUTES, name)) return name as DicomKeyword;
  return KEYWORD_OF_TAG.get(name.toUpperCase());
}

/** Values of a list; what no attribute holds is left out. */
function partsOf(value: string | readonly string[]): string[] {
  return [value]
    .flat()
    .flatMap((one) => one.split(/[,\\]/).map((part) => part.replaceAll(/\p{Cc}/gu, '').trim()));
}

/** Letters that LIKE gives a meaning stand for themselves; DICOM's * and ? are its % and _. */
function likePattern(value: string, anywhere: boolean): string {
  const escaped = value.slice(0, MAX_PATTERN).replaceAll(/[\\%_]/g, (letter) => `\\${letter}`);
  const pattern = escaped.replaceAll('*', '%').replaceAll('?', '_');
  return anywhere ? `%${pattern}%` : pattern;
}

/** @throws AppError 'interop.invalid' */
function parseDates(value: string): Pick<SlideSearch, 'from' | 'to'> {
  const day = (digits: string) => `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
  const found = /^(\d{8})?(-)?(\d{8})?$/.exec(value);
  const [, first, dash, last] = found ?? [];
  if (found === null || (first === undefined && last === undefined)) {
    throw new AppError('interop.invalid', 'a date is YYYYMMDD, or two of them with a hyphen');
  }
  const end = dash === undefined ? first : last;
  return {
    from: first === undefined ? undefined : day(first),
    to: end === undefined ? undefined : day(end),
  };
}

/** Attributes that are the same for every slide, with what they are. */
const CONSTANT: Partial<Record<DicomKeyword, string>> = {
  Modality: 'SM',
  ModalitiesInStudy: 'SM',
  SOPClassUID: WHOLE_SLIDE_IMAGE,
};

/** Attributes that are told without a value: whoever asks for one finds nothing. */
const EMPTY: ReadonlySet<DicomKeyword> = new Set([
  'AccessionNumber',
  'ReferringPhysicianName',
  'PatientBirthDate',
  'PatientSex',
]);

type Draft = { -readonly [Key in keyof SlideSearch]: SlideSearch[Key] };

/** DICOM's wildcards, without going back further than to the last asterisk. */
function matches(pattern: string, value: string): boolean {
  let at = 0;
  let place = 0;
  let star = -1;
  let from = 0;
  while (at < value.length) {
    const letter = pattern[place];
    if (letter === '*') {
      star = place++;
      from = at;
    } else if (letter === '?' || letter === value[at]) {
      place++;
      at++;
    } else if (star >= 0) {
      place = star + 1;
      at = ++from;
    } else return false;
  }
  while (pattern[place] === '*') place++;
  return place === pattern.length;
}

/** What is no UID names nothing. */
function uidsOf(values: readonly string[]): string[] {
  return values.filter((value) => UID_PATTERN.test(value));
}

/** @returns whether the attribute can be searched for */
function takeAttribute(
  draft: Draft,
  keyword: DicomKeyword,
  value: string | readonly string[],
  fuzzy: boolean,
): boolean {
  const values = partsOf(value).filter((part) => part !== '');
  // An empty value, or an asterisk alone, matches everything (PS3.4, C.2.2.2.3 and 4).
  if (values.length === 0 || values.includes('*')) return true;
  const constant = CONSTANT[keyword];
  const like = (anywhere: boolean) => values.map((one) => likePattern(one, anywhere));
  if (constant !== undefined) {
    if (!values.some((one) => matches(one, constant))) draft.impossible = true;
  } else if (EMPTY.has(keyword)) draft.impossible = true;
  else if (keyword === 'StudyInstanceUID') draft.studyUids = uidsOf(values);
  else if (keyword === 'SeriesInstanceUID') draft.seriesUids = uidsOf(values);
  else if (keyword === 'SOPInstanceUID') draft.instanceUids = uidsOf(values);
  else if (keyword === 'PatientName' || keyword === 'SeriesDescription') draft.names = like(fuzzy);
  else if (keyword === 'PatientID' || keyword === 'ContainerIdentifier') draft.ids = like(false);
  else if (keyword === 'StudyDate') Object.assign(draft, parseDates(values[0] ?? ''));
  else return false;
  return true;
}

const NOTHING_ASKED: SlideSearch = {
  studyUids: undefined,
  seriesUids: undefined,
  instanceUids: undefined,
  names: undefined,
  ids: undefined,
  from: undefined,
  to: undefined,
  impossible: false,
};

function includeOf(value: unknown): ParsedSearch['include'] {
  const names = value === undefined ? [] : partsOf(value as string | string[]);
  if (names.includes('all')) return 'all';
  return names.flatMap((name) => {
    const keyword = keywordOf(name);
    return keyword === undefined ? [] : [ATTRIBUTES[keyword][0]];
  });
}

/**
 * Reads a search. What is not understood is not heeded, and said so (PS3.18, 8.3.4.3).
 * @throws AppError 'interop.invalid'
 */
export function parseSearch(query: SearchQuery): ParsedSearch {
  const draft: Draft = { ...NOTHING_ASKED };
  const unheeded: string[] = [];
  const fuzzy = query.fuzzymatching === 'true';
  for (const [name, value] of Object.entries(query)) {
    if (NOT_ATTRIBUTES.has(name)) continue;
    const keyword = keywordOf(name);
    // Only texts and lists of them are left beside the parameters above.
    const heeded =
      keyword !== undefined && takeAttribute(draft, keyword, value as string | string[], fuzzy);
    if (!heeded) unheeded.push(name.replaceAll(/[^\w.]/g, '').slice(0, 40));
  }
  return {
    search: draft,
    limit: Math.min(query.limit, MAX_RESULTS),
    offset: query.offset,
    include: includeOf(query['includefield']),
    unheeded,
  };
}
