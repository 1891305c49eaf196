import { type Pyramid, type PyramidLevel, columnsOf, rowsOf } from '../../shared/slide/pyramid.ts';
import type { TileAddress } from '../../shared/slide/tile-address.ts';

/** A rectangle of pixels of one level. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** A level as a grid: of the file, or of the server. */
export interface TileGrid {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly tileWidthPx: number;
  readonly tileHeightPx: number;
}

/** One tile of the source grid and where it lies in the region. */
export interface PlannedPiece {
  readonly column: number;
  readonly row: number;
  /** Of its top left corner from the region's, in source pixels; negative when it begins before. */
  readonly x: number;
  readonly y: number;
  /** The part inside the level. */
  readonly usedWidthPx: number;
  readonly usedHeightPx: number;
}

/** How a served tile is made: from a region of a finer level, halved so often. */
export interface TilePlan {
  /** Level of the file, or a served level that is itself composed. */
  readonly from:
    | { readonly kind: 'file'; readonly fileLevel: number }
    | { readonly kind: 'served'; readonly level: number };
  readonly region: Region;
  readonly halvings: number;
}

/** From a file level directly up to 1/8: at most 256 tiles of 256 px for one of 512 px. */
const MAX_DIRECT_HALVINGS = 3;
/** Beyond, from the served level at 1/4: that one is looked at anyway and lies in the cache. */
const STEP_HALVINGS = 2;

/** The rectangle of a tile, cut at the edges; undefined outside the grid. */
export function tileRegion(level: PyramidLevel, { column, row }: TileAddress): Region | undefined {
  if (column < 0 || row < 0 || column >= columnsOf(level) || row >= rowsOf(level)) {
    return undefined;
  }
  const x = column * level.tileWidthPx;
  const y = row * level.tileHeightPx;
  return {
    x,
    y,
    widthPx: Math.min(level.tileWidthPx, level.widthPx - x),
    heightPx: Math.min(level.tileHeightPx, level.heightPx - y),
  };
}

/** How often the nearest finer level that the file has was halved to give this one. */
function halvingsSinceFile(pyramid: Pyramid, level: number): number {
  let halvings = 0;
  while (level - halvings > 0 && pyramid.levels[level - halvings]?.fileLevel === null) halvings++;
  return halvings;
}

/** A region of a level in pixels of the level that was halved to give it; sides were rounded up. */
function enlarge(region: Region, halvings: number, source: TileGrid): Region {
  const unit = 2 ** halvings;
  const x = region.x * unit;
  const y = region.y * unit;
  return {
    x,
    y,
    widthPx: Math.min(region.widthPx * unit, source.widthPx - x),
    heightPx: Math.min(region.heightPx * unit, source.heightPx - y),
  };
}

/**
 * Plans a tile of a served level.
 * @param region inside that level
 */
export function planTile(pyramid: Pyramid, level: number, region: Region): TilePlan {
  const halvings = halvingsSinceFile(pyramid, level);
  const steps = halvings > MAX_DIRECT_HALVINGS ? STEP_HALVINGS : halvings;
  const source = pyramid.levels[level - steps];
  if (source === undefined) throw new RangeError(`no level ${level - steps}`);
  return {
    from:
      steps < halvings || source.fileLevel === null
        ? { kind: 'served', level: level - steps }
        : { kind: 'file', fileLevel: source.fileLevel },
    region: enlarge(region, steps, source),
    halvings: steps,
  };
}

/** The tiles of a grid that a region needs, row by row. */
export function piecesOf(grid: TileGrid, region: Region): PlannedPiece[] {
  const { tileWidthPx, tileHeightPx, widthPx, heightPx } = grid;
  const pieces: PlannedPiece[] = [];
  const lastColumn = Math.floor((region.x + region.widthPx - 1) / tileWidthPx);
  const lastRow = Math.floor((region.y + region.heightPx - 1) / tileHeightPx);
  for (let row = Math.floor(region.y / tileHeightPx); row <= lastRow; row++) {
    for (let column = Math.floor(region.x / tileWidthPx); column <= lastColumn; column++) {
      const left = column * tileWidthPx;
      const top = row * tileHeightPx;
      pieces.push({
        column,
        row,
        x: left - region.x,
        y: top - region.y,
        usedWidthPx: Math.min(tileWidthPx, widthPx - left),
        usedHeightPx: Math.min(tileHeightPx, heightPx - top),
      });
    }
  }
  return pieces;
}
