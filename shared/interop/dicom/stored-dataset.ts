import type { DicomElement } from '../../slide-format/dicom/parse-dataset.ts';
import type { DicomValues } from '../../slide-format/dicom/read-attributes.ts';
import { decodeText } from '../../slide-format/tiff/read-values.ts';
import { viewOf } from '../../slide-format/tiff/read-directory.ts';
import { IMAGE_ATTRIBUTES } from './attributes.ts';
import { type DicomJson, type DicomJsonElement } from './dicom-json.ts';

/** Representation of what is passed on, by tag. */
const TOLD: ReadonlyMap<number, string> = new Map(
  Object.values(IMAGE_ATTRIBUTES).map(([tag, vr]) => [Number.parseInt(tag, 16), vr]),
);

export function tagText(tag: number): string {
  return tag.toString(16).toUpperCase().padStart(8, '0');
}

const NUMBER_BYTES: Readonly<Record<string, number>> = { US: 2, UL: 4, SL: 4, FL: 4, FD: 8 };

function numbersOf(vr: string, bytes: Uint8Array): number[] {
  const view = viewOf(bytes);
  const step = NUMBER_BYTES[vr] ?? bytes.length;
  const read = (at: number): number => {
    if (vr === 'US') return view.getUint16(at, true);
    if (vr === 'UL') return view.getUint32(at, true);
    if (vr === 'SL') return view.getInt32(at, true);
    return vr === 'FL' ? view.getFloat32(at, true) : view.getFloat64(at, true);
  };
  return Array.from({ length: Math.floor(bytes.length / step) }, (_, index) => read(index * step));
}

function tagsOf(bytes: Uint8Array): string[] {
  const view = viewOf(bytes);
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) =>
    tagText(view.getUint16(index * 4, true) * 65_536 + view.getUint16(index * 4 + 2, true)),
  );
}

/** Texts that hold backslashes as letters (PS3.5 table 6.2-1). */
const ONE_TEXT = new Set(['LT', 'ST', 'UT', 'UR']);

function textsOf(vr: string, bytes: Uint8Array): (string | number | null)[] {
  const text = decodeText(bytes).replaceAll('\0', '');
  if (ONE_TEXT.has(vr)) return text.trim() === '' ? [] : [text.trimEnd()];
  const parts = text.split('\\').map((part) => part.trim());
  if (parts.length === 1 && parts[0] === '') return [];
  return parts.map((part) => {
    const isNumber = (vr === 'DS' || vr === 'IS') && part !== '' && Number.isFinite(Number(part));
    // A value without content among others is null (PS3.18, F.2.5).
    if (part === '') return null;
    return isNumber ? Number(part) : part;
  });
}

function valuesOf(vr: string, bytes: Uint8Array): readonly unknown[] {
  if (vr in NUMBER_BYTES) return numbersOf(vr, bytes);
  return vr === 'AT' ? tagsOf(bytes) : textsOf(vr, bytes);
}

function simpleElement(vr: string, bytes: Uint8Array): DicomJsonElement {
  const values = valuesOf(vr, bytes);
  return values.length === 0 ? { vr } : { vr, Value: values };
}

interface Telling {
  readonly bytes: Uint8Array;
  readonly bulkUri: (path: string) => string;
}

function elementOf(
  telling: Telling,
  element: DicomElement,
  vr: string,
  path: string,
): DicomJsonElement {
  if (vr === 'SQ') {
    const items = (element.items ?? []).map((item, index) =>
      datasetOf(telling, item, `${path}.${index + 1}.`),
    );
    return items.length === 0 ? { vr } : { vr, Value: items };
  }
  if (vr === 'OB')
    return element.length === 0 ? { vr } : { vr, BulkDataURI: telling.bulkUri(path) };
  const bytes = telling.bytes.subarray(element.valueAt, element.valueAt + element.length);
  return simpleElement(vr, bytes);
}

function datasetOf(telling: Telling, dataset: DicomValues['dataset'], prefix: string): DicomJson {
  const told: Record<string, DicomJsonElement> = {};
  for (const element of dataset.values()) {
    const vr = TOLD.get(element.tag);
    if (vr === undefined || (vr !== 'SQ' && element.items !== undefined)) continue;
    const tag = tagText(element.tag);
    told[tag] = elementOf(telling, element, vr, `${prefix}${tag}`);
  }
  return told;
}

/**
 * The header of a stored instance in the DICOM JSON model: pixels, optics and geometry as the file has them, nothing
 * that names a patient, a specimen or a person.
 * @param bulkUri where the bytes of a value are, from its place: tags and item numbers with points between
 */
export function storedDataset(
  { bytes, dataset }: DicomValues,
  bulkUri: (path: string) => string,
): DicomJson {
  return datasetOf({ bytes, bulkUri }, dataset, '');
}

/** Where such a value lies in the file; undefined when there is none that is told. */
export function findBulk(
  { dataset }: DicomValues,
  path: string,
): { readonly at: number; readonly length: number } | undefined {
  const parts = path.split('.');
  let items: DicomValues['dataset'] | undefined = dataset;
  for (let index = 0; ; index += 2) {
    const tag = Number.parseInt(parts[index] ?? '', 16);
    const element: DicomElement | undefined = items?.get(tag);
    const vr = TOLD.get(tag);
    if (element === undefined || vr === undefined) return undefined;
    if (index === parts.length - 1) {
      const isBulk = vr === 'OB' && element.items === undefined && element.length > 0;
      return isBulk ? { at: element.valueAt, length: element.length } : undefined;
    }
    items = element.items?.[Number(parts[index + 1]) - 1];
  }
}
