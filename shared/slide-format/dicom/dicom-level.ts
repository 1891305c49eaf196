import type { ByteSource, SlideFile } from '../../bytes/byte-source.ts';
import { checkAllocation, damaged, unsupportedLayout } from '../format-errors.ts';
import { levelSplicer } from '../jpeg/level-splicer.ts';
import { LIMITS } from '../limits.ts';
import type { FileLevel, SampleLayout, TileLocation } from '../slide-image.ts';
import type { DicomInstance } from './dicom-instance.ts';
import { encapsulatedFrames, type FrameLocator, nativeFrames } from './locate-frames.ts';
import { stitchedSource } from './stitched-source.ts';
import { type TransferSyntax, transferSyntaxOf } from './transfer-syntax.ts';

/** Photometric interpretations (PS3.3 C.7.6.3.1.2). JPEG 2000's own transforms are undone by its decoder. */
const COLOURS: ReadonlyMap<string, SampleLayout['colour']> = new Map([
  ['MONOCHROME1', 'grey-inverted'],
  ['MONOCHROME2', 'grey'],
  ['RGB', 'rgb'],
  ['YBR_FULL', 'ycbcr'],
  ['YBR_FULL_422', 'ycbcr'],
  ['YBR_ICT', 'rgb'],
  ['YBR_RCT', 'rgb'],
] as const);

/** @throws AppError 'format.unsupported-layout' */
export function sampleLayoutOf(instance: DicomInstance): SampleLayout {
  const { photometric, samples } = instance;
  if (instance.bitsAllocated !== 8 || instance.signed) {
    throw unsupportedLayout('bit-depth', `${instance.bitsAllocated}`);
  }
  if (samples !== 1 && samples !== 3) throw unsupportedLayout('sample-count', `${samples}`);
  const colour = COLOURS.get(photometric);
  if (colour === undefined) throw unsupportedLayout('colour-model', photometric);
  return {
    channels: samples,
    bitsPerSample: 8,
    colour: samples === 1 && colour !== 'grey-inverted' ? 'grey' : colour,
    planar: instance.planar && samples > 1,
    littleEndian: true,
    predictor: 1,
    subsampling: photometric === 'YBR_FULL_422' ? [2, 1] : [1, 1],
    palette: undefined,
  };
}

interface Grid {
  readonly columns: number;
  readonly rows: number;
}

const NO_FRAME = -1;
const WHOLE = { prefix: undefined, skip: 0 } as const;

/** Frame of each place of the grid, from the positions of a sparse image. */
function sparseFrames(parts: readonly DicomInstance[], grid: Grid): Int32Array {
  checkAllocation(grid.columns * grid.rows * 4, LIMITS.allocationBytes, 'sparse frames');
  const frames = new Int32Array(grid.columns * grid.rows).fill(NO_FRAME);
  const planes = new Set<string>();
  for (const part of parts) {
    if (part.positions === undefined || part.positions.length < part.frames) {
      throw damaged('metadata-missing', 'positions of sparse frames');
    }
    for (const [index, { column, row, plane }] of part.positions.entries()) {
      const x = (column - 1) / part.columns;
      const y = (row - 1) / part.rows;
      if (!Number.isInteger(x) || !Number.isInteger(y)) throw unsupportedLayout('irregular-tiles');
      if (x < 0 || y < 0 || x >= grid.columns || y >= grid.rows) {
        throw damaged('dicom-invalid', `frame at ${column}, ${row}`);
      }
      planes.add(plane);
      if (planes.size > 1) throw unsupportedLayout('several-planes');
      frames[y * grid.columns + x] = part.firstFrame + index;
    }
  }
  return frames;
}

function checkFull(parts: readonly DicomInstance[], grid: Grid): void {
  for (const { opticalPaths, focalPlanes } of parts) {
    if (opticalPaths > 1) throw unsupportedLayout('several-channels');
    if (focalPlanes > 1) throw unsupportedLayout('several-planes');
  }
  const frames = parts.reduce((sum, part) => sum + part.frames, 0);
  const places = grid.columns * grid.rows;
  if (frames < places) throw damaged('frames-missing', `${frames} of ${places} frames`);
}

/** One file of a level, without what was only needed to plan. */
interface LevelPart {
  readonly file: number;
  readonly stitchedFile: number;
  readonly firstFrame: number;
  readonly frames: number;
  readonly source: ByteSource;
  readonly stitched: ByteSource;
  readonly locator: FrameLocator;
}

function openPart(part: DicomInstance, context: LevelContext, syntax: TransferSyntax): LevelPart {
  const source = context.files[part.file]?.source;
  if (source === undefined) throw damaged('no-image', 'file of a level');
  const locator = syntax.encapsulated ? encapsulatedFrames(source, part) : nativeFrames(part);
  const stitched = stitchedSource(source, (at) => locator.fragmentEnd(at));
  const stitchedFile = syntax.encapsulated ? context.addFile(part.file, stitched) : part.file;
  const { file, firstFrame, frames } = part;
  return { file, stitchedFile, firstFrame, frames, source, stitched, locator };
}

/** Where a level finds its files, and puts the sources that join a frame's fragments. */
export interface LevelContext {
  readonly files: readonly SlideFile[];
  /** @returns the index of `source` in SlideImage.files */
  readonly addFile: (of: number, source: ByteSource) => number;
}

type FrameAt = (column: number, row: number) => number;

function planFrames(parts: readonly DicomInstance[], grid: Grid): FrameAt {
  if (parts[0]?.sparse === true) {
    const frames = sparseFrames(parts, grid);
    return (column, row) => frames[row * grid.columns + column] ?? NO_FRAME;
  }
  checkFull(parts, grid);
  return (column, row) => row * grid.columns + column;
}

/**
 * Makes a level of one DICOM instance, or of the parts of a concatenation in order.
 * @throws AppError 'format.unsupported-compression', 'format.unsupported-layout', 'format.damaged'
 */
export function dicomLevel(
  parts: readonly DicomInstance[],
  downsample: number,
  context: LevelContext,
): FileLevel {
  const first = parts[0];
  if (first === undefined) throw damaged('no-image', 'level without files');
  const syntax = transferSyntaxOf(first.transferSyntaxUid);
  const samples = sampleLayoutOf(first);
  const tile = { widthPx: first.columns, heightPx: first.rows };
  const columns = Math.ceil(first.totalColumns / tile.widthPx);
  const rows = Math.ceil(first.totalRows / tile.heightPx);
  const frameAt = planFrames(parts, { columns, rows });
  const opened = parts.map((part) => openPart(part, context, syntax));
  const { codec } = syntax;
  const splice = codec === 'jpeg' ? levelSplicer(samples, async () => undefined) : undefined;
  return {
    widthPx: first.totalColumns,
    heightPx: first.totalRows,
    tileWidthPx: tile.widthPx,
    tileHeightPx: tile.heightPx,
    downsample,
    samples,
    passThrough: codec === 'jpeg',
    async locateTile(column, row, signal): Promise<TileLocation> {
      const inside = column >= 0 && row >= 0 && column < columns && row < rows;
      if (!inside) throw damaged('tile-table-short', `tile ${column}, ${row}`);
      const frame = frameAt(column, row);
      if (frame === NO_FRAME) return { kind: 'empty' };
      const part = opened.find((one) => frame < one.firstFrame + one.frames);
      if (part === undefined) throw damaged('frames-missing', `frame ${frame}`);
      const { stitched, ...range } = await part.locator.range(frame - part.firstFrame, signal);
      const file = stitched ? part.stitchedFile : part.file;
      const source = stitched ? part.stitched : part.source;
      const { prefix, skip } = (await splice?.(source, range, signal)) ?? WHOLE;
      return { kind: 'stored', codec, range: { file, ...range }, prefix, skip, ...tile };
    },
  };
}
