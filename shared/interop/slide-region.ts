import type { Pyramid, PyramidLevel } from '../slide/pyramid.ts';
import type { TileAddress } from '../slide/tile-address.ts';

/** A rectangle of level-0 pixels. */
export interface SlideRegion {
  readonly x: number;
  readonly y: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** A part of a slide as another program asks for it. */
export interface RegionRequest {
  readonly region: SlideRegion;
  /** Of the picture that is answered, before it is turned. */
  readonly widthPx: number;
  readonly heightPx: number;
}

/** What is cut out of one served level. */
export interface LevelCut extends SlideRegion {
  readonly level: number;
}

/**
 * Level-0 pixels per pixel of a level, along one side. Scanners round sides up or down, so a level that
 * was shrunk by n has one of both; any other keeps the quotient.
 */
function downsampleAlong(fullPx: number, levelPx: number): number {
  const whole = Math.max(1, Math.round(fullPx / levelPx));
  const fits = Math.ceil(fullPx / whole) === levelPx || Math.floor(fullPx / whole) === levelPx;
  return fits ? whole : fullPx / levelPx;
}

/** A level that is a thousandth too small is the one that was meant. */
const ROUNDING = 1.001;

/** The coarsest level that still has every pixel that is asked for. */
function bestLevel(pyramid: Pyramid, { region, widthPx, heightPx }: RegionRequest): number {
  const wanted = Math.min(region.widthPx / widthPx, region.heightPx / heightPx) * ROUNDING;
  const levels = pyramid.levels.map(({ downsample }) => downsample);
  return Math.max(
    0,
    levels.findLastIndex((downsample) => downsample <= wanted),
  );
}

function cutAlong(from: number, length: number, fullPx: number, levelPx: number) {
  const downsample = downsampleAlong(fullPx, levelPx);
  const first = Math.min(levelPx - 1, Math.round(from / downsample));
  const end = Math.min(levelPx, Math.max(first + 1, Math.round((from + length) / downsample)));
  return { first, length: end - first };
}

/** Which pixels of which level a region is made from. */
export function cutOf(pyramid: Pyramid, request: RegionRequest): LevelCut {
  const level = bestLevel(pyramid, request);
  const { widthPx, heightPx } = levelAt(pyramid, level);
  const { region } = request;
  const across = cutAlong(region.x, region.widthPx, pyramid.widthPx, widthPx);
  const down = cutAlong(region.y, region.heightPx, pyramid.heightPx, heightPx);
  return {
    level,
    x: across.first,
    y: down.first,
    widthPx: across.length,
    heightPx: down.length,
  };
}

function levelAt(pyramid: Pyramid, index: number): PyramidLevel {
  const level = pyramid.levels[index];
  if (level === undefined) throw new RangeError(`no level ${index}`);
  return level;
}

/** The served tile that is just this cut in just this size; it can be sent as it is. */
export function servedTileOf(pyramid: Pyramid, request: RegionRequest): TileAddress | undefined {
  const cut = cutOf(pyramid, request);
  const { tileWidthPx, tileHeightPx, widthPx, heightPx } = levelAt(pyramid, cut.level);
  const isTile =
    cut.x % tileWidthPx === 0 &&
    cut.y % tileHeightPx === 0 &&
    cut.widthPx === request.widthPx &&
    cut.heightPx === request.heightPx &&
    cut.widthPx === Math.min(tileWidthPx, widthPx - cut.x) &&
    cut.heightPx === Math.min(tileHeightPx, heightPx - cut.y);
  if (!isTile) return undefined;
  return { level: cut.level, column: cut.x / tileWidthPx, row: cut.y / tileHeightPx };
}
