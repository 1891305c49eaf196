import { damaged, unsupportedLayout } from '../format-errors.ts';
import { type JpegInfo, jpegInfo } from '../jpeg/jpeg-info.ts';
import { checkProcess } from '../jpeg/jpeg-splice.ts';
import { type PieceHead, pieceHead } from '../jpeg/piece-head.ts';
import { LIMITS } from '../limits.ts';
import type { FileLevel, TileLocation } from '../slide-image.ts';
import { compressionOf } from './compression.ts';
import type { TiffFile } from './open-tiff.ts';
import type { TiffPage } from './read-page.ts';
import { readNumbers } from './read-values.ts';
import { type IntervalIndex, openIntervals } from './restart-intervals.ts';
import { sampleLayoutOf } from './sample-layout.ts';
import { tiffLevel } from './tiff-level.ts';

/** Wanted side of a tile that is put together from restart intervals. */
const WANTED_TILE_PX = 512;
const LARGEST_SERVED_PX = 1_024;
/** Rows of a tile that is too wide to be served as it is: the less, the less is decoded in vain. */
const WIDE_TILE_ROWS_PX = 256;
const HEADER_BYTES = 65_536;

/** Restart intervals of one JPEG as a grid of equal rectangles. */
export interface IntervalGrid {
  readonly columns: number;
  readonly rows: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Tiles as whole intervals: so many across and down. */
interface TilePlan {
  readonly across: number;
  readonly down: number;
}

/**
 * Intervals that tile the picture: several to a row of MCUs, or whole rows to an interval. Undefined
 * where an interval breaks off inside a row: then no rectangle can be cut out.
 */
export function intervalGrid(
  info: JpegInfo,
  size: { readonly widthPx: number; readonly heightPx: number },
): IntervalGrid | undefined {
  const mcuWidth = 8 * Math.max(1, ...info.components.map(({ horizontal }) => horizontal));
  const mcuHeight = 8 * Math.max(1, ...info.components.map(({ vertical }) => vertical));
  // One component alone is not interleaved: its MCU is one block (ISO/IEC 10918-1, A.2.2).
  const single = info.components.length === 1;
  const unitWidth = single ? 8 : mcuWidth;
  const unitHeight = single ? 8 : mcuHeight;
  const perRow = Math.ceil(size.widthPx / unitWidth);
  const rows = Math.ceil(size.heightPx / unitHeight);
  const interval = info.restartInterval;
  if (interval === 0) return undefined;
  if (perRow % interval === 0) {
    const columns = perRow / interval;
    return { columns, rows, widthPx: interval * unitWidth, heightPx: unitHeight };
  }
  if (interval % perRow !== 0) return undefined;
  const mcuRows = interval / perRow;
  const heightPx = mcuRows * unitHeight;
  return { columns: 1, rows: Math.ceil(rows / mcuRows), widthPx: perRow * unitWidth, heightPx };
}

/** Square tiles near 512 px where intervals allow it. */
function planTiles(grid: IntervalGrid): TilePlan {
  const across = Math.min(grid.columns, Math.max(1, Math.round(WANTED_TILE_PX / grid.widthPx)));
  const widthPx = across * grid.widthPx;
  const heightPx = widthPx > LARGEST_SERVED_PX ? WIDE_TILE_ROWS_PX : widthPx;
  return { across, down: Math.max(1, Math.floor(heightPx / grid.heightPx)) };
}

interface JpegRange {
  readonly offset: number;
  readonly length: number;
}

async function jpegRange(file: TiffFile, page: TiffPage): Promise<JpegRange> {
  const { offsets, byteCounts } = page;
  if (offsets === undefined || byteCounts === undefined) throw damaged('tag-missing', 'strip');
  const [offset = 0] = await readNumbers(file, offsets, 0, 1);
  const [count = 0] = await readNumbers(file, byteCounts, 0, 1);
  return { offset, length: Math.min(count, file.source.size - offset) };
}

function createTileLocator(
  size: { readonly widthPx: number; readonly heightPx: number },
  grid: IntervalGrid,
  plan: TilePlan,
  head: PieceHead,
  intervals: IntervalIndex,
): FileLevel['locateTile'] {
  const tileWidth = plan.across * grid.widthPx;
  const tileHeight = plan.down * grid.heightPx;
  return async (column, row, signal): Promise<TileLocation> => {
    const left = column * plan.across;
    const top = row * plan.down;
    if (column < 0 || row < 0 || left >= grid.columns || top >= grid.rows) {
      throw damaged('tile-table-short', `tile ${column}, ${row}`);
    }
    const right = Math.min(left + plan.across, grid.columns);
    const bottom = Math.min(top + plan.down, grid.rows);
    const ranges = [];
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        ranges.push({ file: 0, ...(await intervals.range(y * grid.columns + x, signal)) });
      }
    }
    const widthPx = Math.min(tileWidth, size.widthPx - column * tileWidth);
    const heightPx = Math.min(tileHeight, size.heightPx - row * tileHeight);
    return { kind: 'restart', prefix: head.sized(widthPx, heightPx), ranges, widthPx, heightPx };
  };
}

/**
 * A level that the file stores as one JPEG, cut into tiles at its restart markers. A JPEG without them
 * is one tile, if it is small enough to be decoded whole.
 * @throws AppError 'format.unsupported-layout' for a large one without usable restart markers
 */
export async function restartLevel(
  file: TiffFile,
  page: TiffPage,
  downsample: number,
): Promise<FileLevel> {
  const range = await jpegRange(file, page);
  if (range.length <= 0) throw damaged('tile-table-short', 'no JPEG data');
  const head = await file.source.read(range.offset, Math.min(HEADER_BYTES, range.length));
  const info = jpegInfo(head);
  checkProcess(info);
  const grid = info.process === 0xc2 ? undefined : intervalGrid(info, page);
  if (grid === undefined || info.scanAt === undefined) {
    if (page.widthPx * page.heightPx > LIMITS.stripPixels) throw unsupportedLayout('huge-stripes');
    return tiffLevel(file, page, { downsample });
  }
  const plan = planTiles(grid);
  // A frame header holds sides of 16 bits (ISO/IEC 10918-1, B.2.2).
  if (plan.across * grid.widthPx > 65_535) throw unsupportedLayout('huge-stripes');
  const { widthPx, heightPx } = page;
  const expected = { count: grid.columns * grid.rows, scanAt: info.scanAt };
  const intervals = openIntervals(file.lazy, page.directory, range, expected);
  return {
    widthPx,
    heightPx,
    tileWidthPx: plan.across * grid.widthPx,
    tileHeightPx: plan.down * grid.heightPx,
    downsample,
    samples: await sampleLayoutOf(file, page, compressionOf(page.compression)),
    passThrough: true,
    locateTile: createTileLocator(
      { widthPx, heightPx },
      grid,
      plan,
      pieceHead(head, info),
      intervals,
    ),
  };
}
