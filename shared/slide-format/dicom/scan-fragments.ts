import type { ByteSource } from '../../bytes/byte-source.ts';
import { damaged, tooLarge, truncated } from '../format-errors.ts';
import { LIMITS } from '../limits.ts';
import { viewOf } from '../tiff/read-directory.ts';
import { ATTRIBUTE } from './tags.ts';

/** Payloads of encapsulated fragments, in file order. */
export interface Fragments {
  readonly count: number;
  readonly starts: Float64Array;
  readonly lengths: Float64Array;
  /** 1 where a codestream begins with its fragment. */
  readonly opens: Uint8Array;
}

export interface ItemHeader {
  readonly isItem: boolean;
  readonly isEnd: boolean;
  readonly length: number;
}

/** Header of an item of encapsulated pixel data (PS3.5, A.4): tag and length. */
export async function readItemHeader(
  source: ByteSource,
  at: number,
  signal?: AbortSignal,
): Promise<ItemHeader> {
  const view = viewOf(await source.read(at, 8, signal));
  const tag = view.getUint16(0, true) * 65_536 + view.getUint16(2, true);
  return {
    isItem: tag === ATTRIBUTE.item,
    isEnd: tag === ATTRIBUTE.sequenceEnd,
    length: view.getUint32(4, true),
  };
}

/** JPEG begins with SOI, a JPEG 2000 codestream with SOC and SIZ. */
function opensCodestream(first: number, second: number): boolean {
  return first === 0xff && (second === 0xd8 || second === 0x4f);
}

function grown(values: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(values.length * 2);
  larger.set(values);
  return larger;
}

/**
 * Walks through all fragments behind the basic offset table, for files whose tables are empty or do
 * not tell how fragments and frames belong together.
 * @param from position of the first fragment's item header
 */
export async function scanFragments(source: ByteSource, from: number): Promise<Fragments> {
  let starts = new Float64Array(256);
  let lengths = new Float64Array(256);
  const opens: number[] = [];
  let at = from;
  while (at + 8 <= source.size) {
    const { isItem, isEnd, length } = await readItemHeader(source, at);
    if (isEnd) break;
    if (!isItem) throw damaged('dicom-invalid', `no item at ${at}`);
    const start = at + 8;
    if (start + length > source.size) throw truncated(`fragment at ${at}`);
    const count = opens.length;
    if (count >= LIMITS.scannedPieces) throw tooLarge('pieces', `${count} fragments`);
    if (count === starts.length) {
      starts = grown(starts);
      lengths = grown(lengths);
    }
    starts[count] = start;
    lengths[count] = length;
    const [first = 0, second = 0] = length < 2 ? [] : await source.read(start, 2);
    opens.push(opensCodestream(first, second) ? 1 : 0);
    at = start + length;
  }
  return { count: opens.length, starts, lengths, opens: Uint8Array.from(opens) };
}
