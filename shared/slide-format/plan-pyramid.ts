import type { Pyramid, PyramidLevel } from '../slide/pyramid.ts';
import type { FileLevel, SlideImage } from './slide-image.ts';

/** Side of a tile that is composed rather than read. */
export const COMPOSED_TILE_PX = 512;
/** Stored tiles between these sides are served as they are. */
const SMALLEST_TILE_PX = 128;
const LARGEST_TILE_PX = 1_024;
/** Scanners round the sides of their levels, so two levels that are "half" differ by a little more than 2. */
const ROUNDING_PX = 2;

/** What planning needs to know of a level. */
export type LevelShape = Pick<
  FileLevel,
  'widthPx' | 'heightPx' | 'tileWidthPx' | 'tileHeightPx' | 'downsample'
>;

function hasServedTiles({ tileWidthPx, tileHeightPx }: LevelShape): boolean {
  return (
    tileWidthPx === tileHeightPx &&
    tileWidthPx >= SMALLEST_TILE_PX &&
    tileWidthPx <= LARGEST_TILE_PX
  );
}

function servedFileLevel(level: LevelShape, index: number): PyramidLevel {
  const tilePx = hasServedTiles(level) ? level.tileWidthPx : COMPOSED_TILE_PX;
  return {
    widthPx: level.widthPx,
    heightPx: level.heightPx,
    tileWidthPx: tilePx,
    tileHeightPx: tilePx,
    downsample: index === 0 ? 1 : level.downsample,
    fileLevel: index,
  };
}

function halved(finer: PyramidLevel): PyramidLevel {
  return {
    widthPx: Math.ceil(finer.widthPx / 2),
    heightPx: Math.ceil(finer.heightPx / 2),
    tileWidthPx: COMPOSED_TILE_PX,
    tileHeightPx: COMPOSED_TILE_PX,
    downsample: finer.downsample * 2,
    fileLevel: null,
  };
}

/** Whether a viewer at worst loads four times the pixels that it shows, going from `finer` to `coarser`. */
export function isWithinTwo(
  finer: { readonly widthPx: number; readonly heightPx: number },
  coarser: { readonly widthPx: number; readonly heightPx: number },
): boolean {
  const fits = (long: number, short: number) => (short + ROUNDING_PX) * 2 >= long;
  return fits(finer.widthPx, coarser.widthPx) && fits(finer.heightPx, coarser.heightPx);
}

/** A file level that is hardly coarser than the one before would only cost a step. */
const WORTH_A_STEP = 1.2;

function isCoarser(finer: PyramidLevel, level: LevelShape): boolean {
  const longest = (size: { widthPx: number; heightPx: number }) =>
    Math.max(size.widthPx, size.heightPx);
  const shrinks = level.widthPx <= finer.widthPx && level.heightPx <= finer.heightPx;
  return shrinks && longest(level) * WORTH_A_STEP <= longest(finer);
}

function fitsOneTile({ widthPx, heightPx }: PyramidLevel): boolean {
  return Math.max(widthPx, heightPx) <= COMPOSED_TILE_PX;
}

/**
 * The levels that are served, from the levels that the file has.
 * - A file level keeps its size. It keeps its tiles too when they are square and 128 to 1,024 px;
 *   else (strips, tiny or huge tiles) it is served in composed tiles of 512 px over the same level.
 *   A served level passes through exactly when `fileLevel` is set, the file level's `passThrough` is
 *   true, and its tile size equals the served one (see `isPassThrough`).
 * - Between neighbours more than a factor of 2 apart, and after the coarsest until one tile holds it
 *   all, levels of 512 px tiles are put in, each the half (rounded up) of the finer served one.
 */
export function planPyramid(image: { readonly levels: readonly LevelShape[] }): Pyramid {
  const [full, ...coarser] = image.levels;
  if (full === undefined) throw new RangeError('a slide image has at least one level');
  const levels = [servedFileLevel(full, 0)];
  let last = servedFileLevel(full, 0);
  const push = (level: PyramidLevel) => {
    levels.push(level);
    last = level;
  };
  for (const [index, level] of coarser.entries()) {
    if (!isCoarser(last, level)) continue;
    while (!isWithinTwo(last, level)) push(halved(last));
    if (isCoarser(last, level)) push(servedFileLevel(level, index + 1));
  }
  while (!fitsOneTile(last)) push(halved(last));
  return { widthPx: full.widthPx, heightPx: full.heightPx, levels };
}

/** Whether the tiles of a served level are sent as they lie in the file (its exact edges aside). */
export function isPassThrough(image: Pick<SlideImage, 'levels'>, level: PyramidLevel): boolean {
  const source = level.fileLevel === null ? undefined : image.levels[level.fileLevel];
  return (
    source !== undefined &&
    source.passThrough &&
    source.tileWidthPx === level.tileWidthPx &&
    source.tileHeightPx === level.tileHeightPx
  );
}
