import type { ByteSource } from '../../bytes/byte-source.ts';
import { once } from '../../bytes/once.ts';
import { pagedValues } from '../../bytes/paged-values.ts';
import { damaged, tooLarge, truncated } from '../format-errors.ts';
import { LIMITS } from '../limits.ts';
import { readOffset64, viewOf } from '../tiff/read-directory.ts';
import type { DicomInstance } from './dicom-instance.ts';
import { type Fragments, readItemHeader, scanFragments } from './scan-fragments.ts';

/** Bytes of one frame. `stitched`: through the source that does not see item headers. */
export interface FrameRange {
  readonly offset: number;
  readonly length: number;
  readonly stitched: boolean;
}

export interface FrameLocator {
  range(frame: number, signal?: AbortSignal): Promise<FrameRange>;
  /** End of the fragment that holds a position, for the stitched source. */
  fragmentEnd(at: number): Promise<number>;
}

function checkFrame(instance: DicomInstance, range: FrameRange): FrameRange {
  if (range.length > LIMITS.tileBytes) throw tooLarge('tile', `${range.length} bytes`);
  if (range.offset + range.length > instance.fileBytes) throw truncated('DICOM frame');
  if (range.length < 4) throw damaged('frames-missing', `frame of ${range.length} bytes`);
  return range;
}

/** Uncompressed frames follow one another; a 4:2:2 pixel takes two bytes (PS3.3 C.7.6.3.1.2). */
export function nativeFrames(instance: DicomInstance): FrameLocator {
  const samples = instance.photometric === 'YBR_FULL_422' ? 2 : instance.samples;
  const frameBytes = instance.rows * instance.columns * samples;
  const { at, length = 0 } = instance.pixelData;
  return {
    async range(frame) {
      if ((frame + 1) * frameBytes > length) throw damaged('frames-missing', `frame ${frame}`);
      const offset = at + frame * frameBytes;
      return checkFrame(instance, { offset, length: frameBytes, stitched: false });
    },
    fragmentEnd: async () => at + length,
  };
}

type FindFrame = (frame: number, signal?: AbortSignal) => Promise<FrameRange | undefined>;

/** Extended offset table (PS3.3 C.7.6.3.1.8): 64-bit offsets and lengths, one fragment to a frame. */
function findByExtendedTable(
  source: ByteSource,
  instance: DicomInstance,
  base: number,
): FindFrame | undefined {
  const { offsetTable, lengthTable, frames } = instance;
  if (offsetTable?.length !== frames * 8 || lengthTable?.length !== frames * 8) return undefined;
  const table = (at: number) =>
    pagedValues(frames, async (from, count) => {
      const view = viewOf(await source.read(at + from * 8, count * 8));
      return Float64Array.from({ length: count }, (_, index) =>
        readOffset64(view, index * 8, true),
      );
    });
  const offsets = table(offsetTable.at);
  const lengths = table(lengthTable.at);
  return async (frame, signal) => {
    const start = base + (await offsets.at(frame, signal));
    const length = await lengths.at(frame, signal);
    if (start + 8 + length > source.size) throw truncated(`frame ${frame}`);
    const item = await readItemHeader(source, start, signal);
    if (!item.isItem || item.length < length) return undefined;
    return { offset: start + 8, length, stitched: false };
  };
}

/** Basic offset table (PS3.5, A.4): 32-bit offsets. Only frames in one fragment can be found by it. */
function findByBasicTable(
  source: ByteSource,
  frames: number,
  table: { at: number; length: number },
): FindFrame | undefined {
  if (table.length !== frames * 4) return undefined;
  const base = table.at + table.length;
  const offsets = pagedValues(frames, async (from, count) => {
    const view = viewOf(await source.read(table.at + from * 4, count * 4));
    return Float64Array.from({ length: count }, (_, index) => view.getUint32(index * 4, true));
  });
  return async (frame, signal) => {
    const start = base + (await offsets.at(frame, signal));
    if (start + 8 > source.size) return undefined;
    const item = await readItemHeader(source, start, signal);
    const end = start + 8 + item.length;
    if (!item.isItem || end > source.size) return undefined;
    const isLast = frame + 1 >= frames;
    const next = isLast ? undefined : base + (await offsets.at(frame + 1, signal));
    const closes = isLast ? await endsSequence(source, end, signal) : next === end;
    return closes ? { offset: start + 8, length: item.length, stitched: false } : undefined;
  };
}

async function endsSequence(source: ByteSource, at: number, signal?: AbortSignal) {
  return at + 8 > source.size || (await readItemHeader(source, at, signal)).isEnd;
}

/** Which fragments make which frame: one each, all of one, or from codestream start to start. */
function findByFragments(fragments: Fragments, frames: number): FindFrame {
  const { count, starts, lengths, opens } = fragments;
  const first = new Float64Array(frames + 1).fill(count);
  if (count === frames) for (let frame = 0; frame < frames; frame++) first[frame] = frame;
  else if (frames === 1) first[0] = 0;
  else {
    let frame = 0;
    for (let index = 0; index < count; index++) {
      if (opens[index] === 1 && frame <= frames) first[frame++] = index;
    }
    if (frame !== frames) throw damaged('frames-missing', `${frame} of ${frames} frames`);
  }
  return async (frame) => {
    const from = first[frame] ?? count;
    const to = first[frame + 1] ?? count;
    let length = 0;
    for (let index = from; index < to; index++) length += lengths[index] ?? 0;
    return { offset: starts[from] ?? 0, length, stitched: to - from > 1 };
  };
}

function fragmentEndIn(fragments: Fragments, at: number): number {
  let low = 0;
  let high = fragments.count - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((fragments.starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return (fragments.starts[low] ?? 0) + (fragments.lengths[low] ?? 0);
}

/**
 * Encapsulated frames, by the extended offset table, else the basic one, else by walking through the
 * fragments once when a frame is wanted that the tables cannot tell.
 */
export function encapsulatedFrames(source: ByteSource, instance: DicomInstance): FrameLocator {
  const { at } = instance.pixelData;
  const openTable = once(async () => {
    const item = await readItemHeader(source, at);
    if (!item.isItem) throw damaged('dicom-invalid', 'no basic offset table');
    const table = { at: at + 8, length: item.length };
    const base = table.at + table.length;
    const find =
      findByExtendedTable(source, instance, base) ??
      findByBasicTable(source, instance.frames, table);
    return { base, find };
  });
  const openFragments = once(async () => {
    const fragments = await scanFragments(source, (await openTable()).base);
    return { fragments, find: findByFragments(fragments, instance.frames) };
  });
  return {
    async range(frame, signal) {
      const { find } = await openTable();
      const found = await find?.(frame, signal);
      const range = found ?? (await (await openFragments()).find(frame));
      if (range === undefined) throw damaged('frames-missing', `frame ${frame}`);
      return checkFrame(instance, range);
    },
    async fragmentEnd(position) {
      return fragmentEndIn((await openFragments()).fragments, position);
    },
  };
}
