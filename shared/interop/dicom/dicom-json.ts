import { ATTRIBUTES, type DicomKeyword } from './attributes.ts';

/** One attribute in the DICOM JSON model (PS3.18, F.2). */
export interface DicomJsonElement {
  readonly vr: string;
  readonly Value?: readonly unknown[];
  readonly BulkDataURI?: string;
  readonly InlineBinary?: string;
}

/** A data set in the DICOM JSON model: attributes by tag, eight upper-case hexadecimal digits. */
export type DicomJson = Readonly<Record<string, DicomJsonElement>>;

/** Bytes that are fetched from an address of their own. */
export interface BulkData {
  readonly bulkDataUri: string;
}

type Single = string | number | DicomJson;
/** null or an empty text: the attribute is there without a value (type 2). undefined: it is not there. */
export type DicomValue = Single | readonly Single[] | BulkData | null | undefined;

function isBulk(value: object | string | number): value is BulkData {
  return typeof value === 'object' && 'bulkDataUri' in value;
}

function elementOf(vr: string, value: Exclude<DicomValue, undefined>): DicomJsonElement {
  if (value === null || value === '') return { vr };
  if (isBulk(value)) {
    return { vr, BulkDataURI: value.bulkDataUri };
  }
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0) return { vr };
  if (vr !== 'PN') return { vr, Value: values };
  return { vr, Value: values.map((name) => ({ Alphabetic: String(name) })) };
}

/** Writes a data set in the DICOM JSON model from values by keyword. */
export function dicomJson(values: Partial<Record<DicomKeyword, DicomValue>>): DicomJson {
  const dataset: Record<string, DicomJsonElement> = {};
  for (const [keyword, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const [tag, vr] = ATTRIBUTES[keyword as DicomKeyword];
    dataset[tag] = elementOf(vr, value);
  }
  return dataset;
}

/** Letters that separate (PS3.5, 6.2) stand for something else; cut to what the representation holds. */
export function textValue(text: string, letters = 64): string {
  const plain = text
    .replaceAll(/[\\^=\p{Cc}]/gu, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
  return Array.from(plain).slice(0, letters).join('').trim();
}

/** A number that fits the 16 letters of DS. */
export function decimal(value: number): number {
  return Number(value.toPrecision(10));
}

function elementText({ vr, Value, ...rest }: DicomJsonElement): string {
  const values =
    vr === 'SQ' && Value !== undefined
      ? // Items of a sequence are data sets.
        [`"Value":[${Value.map((item) => dicomJsonText(item as DicomJson)).join(',')}]`]
      : Value === undefined
        ? []
        : [`"Value":${JSON.stringify(Value)}`];
  const others = Object.entries(rest).map(([name, value]) => `"${name}":${JSON.stringify(value)}`);
  return `{${[`"vr":"${vr}"`, ...values, ...others].join(',')}}`;
}

/**
 * A data set as text, its attributes in the order of their tags (PS3.18, F.2.2). JSON.stringify would begin with
 * the tags that look like whole numbers.
 */
export function dicomJsonText(dataset: DicomJson): string {
  const tags = Object.keys(dataset).toSorted();
  const parts = tags.flatMap((tag) => {
    const element = dataset[tag];
    return element === undefined ? [] : [`"${tag}":${elementText(element)}`];
  });
  return `{${parts.join(',')}}`;
}
