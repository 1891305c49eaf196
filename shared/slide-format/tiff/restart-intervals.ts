import { once } from '../../bytes/once.ts';
import type { PagedValues } from '../../bytes/paged-values.ts';
import { damaged, tooLarge, truncated } from '../format-errors.ts';
import { LIMITS } from '../limits.ts';
import type { TiffDirectory, TiffFrame } from './read-directory.ts';
import { TAG } from './tags.ts';
import { pagedTag } from './tile-table.ts';

/** Where the restart intervals of one JPEG lie, without their markers. */
export interface IntervalIndex {
  range(index: number, signal?: AbortSignal): Promise<{ offset: number; length: number }>;
}

interface Expected {
  /** Intervals that the size of the picture asks for. */
  readonly count: number;
  /** First entropy-coded byte, from the start of the JPEG. */
  readonly scanAt: number;
}

/** Start of interval `index`, from the start of the JPEG. */
type StartOf = (index: number, signal?: AbortSignal) => Promise<number>;

function startsFromTags(low: PagedValues, high: PagedValues | undefined): StartOf {
  return async (index, signal) => {
    const start = await low.at(index, signal);
    return high === undefined ? start : start + (await high.at(index, signal)) * 2 ** 32;
  };
}

/** Restart markers count modulo 8 (ISO/IEC 10918-1, B.2.1): before interval 1 stands RST0. */
async function standsAfterMarker(
  frame: TiffFrame,
  position: number,
  index: number,
): Promise<boolean> {
  if (position + 2 > frame.source.size || position < 2) return false;
  const [first, second] = await frame.source.read(position - 2, 2);
  return first === 0xff && second === 0xd0 + ((index - 1) % 8);
}

const SCAN_BYTES = 2 ** 20;

/** Finds all restart markers by reading through the scan once. */
async function scanStarts(
  frame: TiffFrame,
  jpeg: { offset: number; length: number },
  expected: Expected,
): Promise<Float64Array> {
  if (expected.count > LIMITS.scannedPieces) throw tooLarge('pieces', `${expected.count}`);
  const starts = new Float64Array(expected.count);
  starts[0] = expected.scanAt;
  let found = 1;
  for (let at = expected.scanAt; at < jpeg.length && found < expected.count; ) {
    const length = Math.min(SCAN_BYTES, jpeg.length - at);
    const bytes = await frame.source.read(jpeg.offset + at, length);
    for (let next = bytes.indexOf(0xff); next >= 0 && found < expected.count; ) {
      const marker = bytes[next + 1] ?? 0;
      if (marker === 0xd0 + ((found - 1) % 8)) starts[found++] = at + next + 2;
      next = bytes.indexOf(0xff, next + 1);
    }
    // One byte is read twice, so that a marker across the border is seen.
    at += length < SCAN_BYTES ? length : length - 1;
  }
  if (found < expected.count) throw damaged('restart-markers', `${found} of ${expected.count}`);
  return starts;
}

/**
 * Finds restart intervals by Hamamatsu's McuStarts (tags 65426 and 65432), or, where these are absent
 * or do not point behind markers, by reading through the scan when the first tile is wanted.
 * @param jpeg where the whole JPEG lies
 */
export function openIntervals(
  frame: TiffFrame,
  directory: TiffDirectory,
  jpeg: { readonly offset: number; readonly length: number },
  expected: Expected,
): IntervalIndex {
  const lowEntry = directory.entries.get(TAG.ndpiMcuStarts);
  const highEntry = directory.entries.get(TAG.ndpiMcuStartsHigh);
  const findStarts = once(async (): Promise<StartOf> => {
    if (expected.count === 1) return async () => expected.scanAt;
    if (lowEntry !== undefined && lowEntry.count === expected.count) {
      const high = highEntry?.count === lowEntry.count ? pagedTag(frame, highEntry) : undefined;
      const stated = startsFromTags(pagedTag(frame, lowEntry), high);
      const second = await stated(1);
      if (await standsAfterMarker(frame, jpeg.offset + second, 1)) return stated;
    }
    const scanned = await scanStarts(frame, jpeg, expected);
    return async (index) => scanned[index] ?? 0;
  });
  return {
    async range(index, signal) {
      const startOf = await findStarts();
      const start = await startOf(index, signal);
      const isLast = index + 1 >= expected.count;
      // The last interval ends with EOI; the others with the marker before the next start.
      const end = isLast ? jpeg.length : (await startOf(index + 1, signal)) - 2;
      if (end < start || start < expected.scanAt || end - start > LIMITS.tileBytes) {
        throw damaged('restart-markers', `interval ${index}: ${start} to ${end}`);
      }
      if (jpeg.offset + end > frame.source.size) throw truncated(`interval ${index}`);
      return { offset: jpeg.offset + start, length: end - start };
    },
  };
}
