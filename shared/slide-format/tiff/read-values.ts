import { checkAllocation, damaged, truncated } from '../format-errors.ts';
import { LIMITS } from '../limits.ts';
import { readOffset64, type TiffEntry, type TiffFrame, viewOf } from './read-directory.ts';
import { TYPE_BYTES } from './tags.ts';

/** Raw bytes of values `from` to `from + count` of a tag, checked against the file before reading. */
async function readRaw(
  frame: TiffFrame,
  entry: TiffEntry,
  from: number,
  count: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const each = TYPE_BYTES.get(entry.type) ?? 1;
  if (from < 0 || count < 0 || from + count > entry.count) {
    throw damaged('tag-invalid', `tag ${entry.tag}: values ${from} to ${from + count}`);
  }
  if (entry.inline !== undefined) return entry.inline.subarray(from * each, (from + count) * each);
  if (entry.offset + entry.count * each > frame.source.size) {
    throw truncated(`tag ${entry.tag}: ${entry.count} values at ${entry.offset}`);
  }
  checkAllocation(count * each, LIMITS.allocationBytes, `tag ${entry.tag}`);
  return frame.source.read(entry.offset + from * each, count * each, signal);
}

type ReadNumber = (view: DataView, at: number, little: boolean) => number;

function rational(part: 'getUint32' | 'getInt32'): ReadNumber {
  return (view, at, little) => view[part](at, little) / view[part](at + 4, little);
}

const READERS: ReadonlyMap<number, ReadNumber> = new Map<number, ReadNumber>([
  [1, (view, at) => view.getUint8(at)],
  [2, (view, at) => view.getUint8(at)],
  [3, (view, at, little) => view.getUint16(at, little)],
  [4, (view, at, little) => view.getUint32(at, little)],
  [5, rational('getUint32')],
  [6, (view, at) => view.getInt8(at)],
  [7, (view, at) => view.getUint8(at)],
  [8, (view, at, little) => view.getInt16(at, little)],
  [9, (view, at, little) => view.getInt32(at, little)],
  [10, rational('getInt32')],
  [11, (view, at, little) => view.getFloat32(at, little)],
  [12, (view, at, little) => view.getFloat64(at, little)],
  [13, (view, at, little) => view.getUint32(at, little)],
  [16, readOffset64],
  [17, (view, at, little) => Number(view.getBigInt64(at, little))],
  [18, readOffset64],
]);

/** NDPI keeps the upper half of a single inline LONG behind the directory. */
function isSplitLong(frame: TiffFrame, entry: TiffEntry): boolean {
  return frame.flavour === 'ndpi' && entry.type === 4 && entry.count === 1;
}

/**
 * Reads values `from` to `from + count` of a numeric tag. Rationals become their quotient.
 * @throws AppError 'format.truncated', 'format.damaged', 'format.too-large'
 */
export async function readNumbers(
  frame: TiffFrame,
  entry: TiffEntry,
  from = 0,
  count = entry.count - from,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const each = TYPE_BYTES.get(entry.type) ?? 1;
  const read = READERS.get(entry.type);
  if (read === undefined) throw damaged('tag-invalid', `tag ${entry.tag} of type ${entry.type}`);
  checkAllocation(count * 8, LIMITS.allocationBytes, `tag ${entry.tag}`);
  const view = viewOf(await readRaw(frame, entry, from, count, signal));
  const values = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    values[index] = read(view, index * each, frame.littleEndian);
  }
  if (isSplitLong(frame, entry)) values[0] = (values[0] ?? 0) + entry.high * 2 ** 32;
  return values;
}

/** Reads the bytes of a tag. */
export async function readBytes(
  frame: TiffFrame,
  entry: TiffEntry,
  limit: number,
): Promise<Uint8Array> {
  const length = entry.count * (TYPE_BYTES.get(entry.type) ?? 1);
  checkAllocation(length, limit, `tag ${entry.tag}`);
  return readRaw(frame, entry, 0, entry.count);
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });
const LATIN_1 = new TextDecoder('latin1');

/** Reads at most `limit` bytes of a text tag up to its first NUL; UTF-8, or Latin-1 where that does not fit. */
export async function readText(frame: TiffFrame, entry: TiffEntry, limit: number): Promise<string> {
  if ((TYPE_BYTES.get(entry.type) ?? 1) !== 1) return '';
  const bytes = await readRaw(frame, entry, 0, Math.min(entry.count, limit));
  const end = bytes.indexOf(0);
  return decodeText(end < 0 ? bytes : bytes.subarray(0, end));
}

export function decodeText(bytes: Uint8Array): string {
  try {
    return UTF_8.decode(bytes);
  } catch (error) {
    // TextDecoder signals bytes that are not UTF-8 by a TypeError; scanners write their code page.
    if (error instanceof TypeError) return LATIN_1.decode(bytes);
    throw error;
  }
}
