import { damaged, tooLarge } from '../format-errors.ts';
import { LIMITS } from '../limits.ts';
import { viewOf } from '../tiff/read-directory.ts';
import { ATTRIBUTE, SEQUENCE_TAGS } from './tags.ts';

/** One attribute. `valueAt` counts from the start of the file; `items` only for sequences. */
export interface DicomElement {
  readonly tag: number;
  readonly valueAt: number;
  /** 0xffffffff: undefined length. */
  readonly length: number;
  readonly items: readonly DicomDataset[] | undefined;
}

export type DicomDataset = ReadonlyMap<number, DicomElement>;

/** The bytes end before the data set does: read more of the file and parse again. */
export class OutOfBytes extends Error {}

export interface ParseOptions {
  readonly explicit: boolean;
  /** Called with each item of the per-frame groups, which are not kept: there may be 100,000. */
  readonly onFrame?: (item: DicomDataset) => void;
  /** Keeps them after all, for whoever repeats the whole header. */
  readonly keepFrames?: boolean;
}

export const UNDEFINED_LENGTH = 0xffff_ffff;

/** Value representations with a length of 32 bits (PS3.5 table 7.1-1). */
const LONG_VRS = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '));

interface Cursor {
  readonly view: DataView;
  at: number;
  elements: number;
}

interface Header {
  readonly tag: number;
  readonly vr: string;
  readonly length: number;
}

function need(cursor: Cursor, bytes: number): void {
  if (cursor.at + bytes > cursor.view.byteLength) throw new OutOfBytes();
}

function readTag(cursor: Cursor): number {
  const { view, at } = cursor;
  return view.getUint16(at, true) * 65_536 + view.getUint16(at + 2, true);
}

function readVr(cursor: Cursor): string {
  const first = cursor.view.getUint8(cursor.at + 4);
  const second = cursor.view.getUint8(cursor.at + 5);
  const isLetter = (code: number) => code >= 65 && code <= 90;
  if (!isLetter(first) || !isLetter(second)) throw damaged('dicom-invalid', `VR at ${cursor.at}`);
  return String.fromCharCode(first, second);
}

function readHeader(cursor: Cursor, explicit: boolean): Header {
  need(cursor, 8);
  cursor.elements += 1;
  if (cursor.elements > LIMITS.dicomElements) throw tooLarge('text', 'DICOM attributes');
  const { view } = cursor;
  const tag = readTag(cursor);
  if (!explicit || tag >= ATTRIBUTE.item) {
    const length = view.getUint32(cursor.at + 4, true);
    cursor.at += 8;
    return { tag, vr: SEQUENCE_TAGS.has(tag) ? 'SQ' : 'UN', length };
  }
  const vr = readVr(cursor);
  if (!LONG_VRS.has(vr)) {
    const length = view.getUint16(cursor.at + 6, true);
    cursor.at += 8;
    return { tag, vr, length };
  }
  need(cursor, 12);
  const length = view.getUint32(cursor.at + 8, true);
  cursor.at += 12;
  return { tag, vr, length };
}

function isPixelData(tag: number): boolean {
  return (
    tag === ATTRIBUTE.pixelData ||
    tag === ATTRIBUTE.floatPixelData ||
    tag === ATTRIBUTE.doublePixelData
  );
}

/** Attributes up to `end`, to an item's end where it has no length, or to the pixel data. */
function parseElements(
  cursor: Cursor,
  end: number,
  options: ParseOptions,
  depth: number,
): DicomDataset {
  const elements = new Map<number, DicomElement>();
  while (cursor.at < end) {
    const { tag, vr, length } = readHeader(cursor, options.explicit);
    if (tag === ATTRIBUTE.itemEnd) break;
    if (tag === ATTRIBUTE.item || tag === ATTRIBUTE.sequenceEnd) {
      throw damaged('dicom-invalid', `delimiter at ${cursor.at}`);
    }
    const valueAt = cursor.at;
    if (depth === 0 && isPixelData(tag)) {
      elements.set(tag, { tag, valueAt, length, items: undefined });
      break;
    }
    const isSequence = vr === 'SQ' || length === UNDEFINED_LENGTH;
    if (isSequence) {
      // A sequence of unknown representation is written implicitly (PS3.5, 6.2.2 note 2).
      const explicit = options.explicit && vr !== 'UN';
      const items = parseItems(cursor, tag, length, { ...options, explicit }, depth + 1);
      elements.set(tag, { tag, valueAt, length, items });
      continue;
    }
    if (valueAt + length > end) throw damaged('dicom-invalid', `length at ${valueAt}`);
    cursor.at += length;
    if (cursor.at > cursor.view.byteLength) throw new OutOfBytes();
    elements.set(tag, { tag, valueAt, length, items: undefined });
  }
  return elements;
}

function parseItems(
  cursor: Cursor,
  tag: number,
  length: number,
  options: ParseOptions,
  depth: number,
): readonly DicomDataset[] {
  if (depth > LIMITS.sequenceDepth) throw tooLarge('nesting', 'DICOM sequences');
  const end = length === UNDEFINED_LENGTH ? Number.POSITIVE_INFINITY : cursor.at + length;
  const perFrame = tag === ATTRIBUTE.perFrameFunctionalGroups && depth === 1;
  const items: DicomDataset[] = [];
  while (cursor.at < end) {
    const header = readHeader(cursor, false);
    if (header.tag === ATTRIBUTE.sequenceEnd) break;
    if (header.tag !== ATTRIBUTE.item) throw damaged('dicom-invalid', `item at ${cursor.at}`);
    const itemEnd =
      header.length === UNDEFINED_LENGTH ? Number.POSITIVE_INFINITY : cursor.at + header.length;
    const item = parseElements(cursor, Math.min(itemEnd, end), options, depth);
    if (perFrame) options.onFrame?.(item);
    if (!perFrame || options.keepFrames === true) items.push(item);
  }
  return items;
}

/**
 * Parses a little-endian data set up to its pixel data.
 * @param bytes the file from its start; may end anywhere
 * @throws OutOfBytes when `bytes` is too short; AppError 'format.damaged', 'format.too-large'
 */
export function parseDataset(
  bytes: Uint8Array,
  start: number,
  options: ParseOptions,
): DicomDataset {
  const cursor: Cursor = { view: viewOf(bytes), at: start, elements: 0 };
  return parseElements(cursor, Number.POSITIVE_INFINITY, options, 0);
}

/** Parses the file meta information: group 2, always explicit (PS3.10, 7.1). */
export function parseMeta(bytes: Uint8Array): { meta: DicomDataset; end: number } {
  const cursor: Cursor = { view: viewOf(bytes), at: 132, elements: 0 };
  const meta = new Map<number, DicomElement>();
  for (;;) {
    need(cursor, 8);
    const start = cursor.at;
    if (cursor.view.getUint16(start, true) !== 2) return { meta, end: start };
    const { tag, length } = readHeader(cursor, true);
    if (length === UNDEFINED_LENGTH) throw damaged('dicom-invalid', 'meta information');
    need(cursor, length);
    meta.set(tag, { tag, valueAt: cursor.at, length, items: undefined });
    cursor.at += length;
  }
}
