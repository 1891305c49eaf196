import type { Pyramid, PyramidLevel } from '../../shared/slide/pyramid.ts';
import { columnsOf, rowsOf } from '../../shared/slide/pyramid.ts';
import type { TileAddress } from '../../shared/slide/tile-address.ts';

/**
 * The one file that converts at the OpenSeadragon border. There level 0 is the coarsest and coordinates are
 * normalised to an image of width 1; with us level 0 is full resolution and coordinates are its pixels.
 */
export interface OsdLevels {
  readonly minLevel: number;
  readonly maxLevel: number;
  /** The pyramid level behind an OpenSeadragon level. */
  readonly levelOf: (osdLevel: number) => PyramidLevel;
  readonly addressOf: (osdLevel: number, column: number, row: number) => TileAddress;
  readonly gridOf: (osdLevel: number) => { readonly columns: number; readonly rows: number };
  /** In normalised coordinates; edge tiles are as small as they are in the level. */
  readonly boundsOf: (osdLevel: number, column: number, row: number) => NormalisedRect;
  /** The tile's own size in pixels of its level. */
  readonly sizeOf: (osdLevel: number, column: number, row: number) => PixelSize;
  /** The tile at a normalised point, clamped into the grid. */
  readonly tileAt: (osdLevel: number, x: number, y: number) => { column: number; row: number };
}

export interface NormalisedRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PixelSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

function clamp(value: number, last: number): number {
  return Math.min(last, Math.max(0, value));
}

function tileRect(level: PyramidLevel, column: number, row: number) {
  const x = column * level.tileWidthPx;
  const y = row * level.tileHeightPx;
  return {
    x,
    y,
    widthPx: Math.min(level.tileWidthPx, level.widthPx - x),
    heightPx: Math.min(level.tileHeightPx, level.heightPx - y),
  };
}

/** Levels of which only the coarsest `count` are shown (all by default): the underlay shows just one. */
export function makeOsdLevels(pyramid: Pyramid, count = pyramid.levels.length): OsdLevels {
  const last = pyramid.levels.length - 1;
  const indexOf = (osdLevel: number) => last - osdLevel;

  function levelOf(osdLevel: number): PyramidLevel {
    const level = pyramid.levels[indexOf(osdLevel)];
    if (level === undefined) throw new RangeError(`no level ${osdLevel} of ${last + 1}`);
    return level;
  }

  return {
    minLevel: 0,
    maxLevel: Math.min(count, pyramid.levels.length) - 1,
    levelOf,
    addressOf: (osdLevel, column, row) => ({ level: indexOf(osdLevel), column, row }),
    gridOf: (osdLevel) => {
      const level = levelOf(osdLevel);
      return { columns: columnsOf(level), rows: rowsOf(level) };
    },
    boundsOf: (osdLevel, column, row) => {
      const level = levelOf(osdLevel);
      const rect = tileRect(level, column, row);
      const scale = level.downsample / pyramid.widthPx;
      return {
        x: rect.x * scale,
        y: rect.y * scale,
        width: rect.widthPx * scale,
        height: rect.heightPx * scale,
      };
    },
    sizeOf: (osdLevel, column, row) => tileRect(levelOf(osdLevel), column, row),
    tileAt: (osdLevel, x, y) => {
      const level = levelOf(osdLevel);
      const scale = pyramid.widthPx / level.downsample;
      return {
        column: clamp(Math.floor((x * scale) / level.tileWidthPx), columnsOf(level) - 1),
        row: clamp(Math.floor((y * scale) / level.tileHeightPx), rowsOf(level) - 1),
      };
    },
  };
}

/** Where a view stands in OpenSeadragon's viewport. */
export function osdZoom(slideWidthPx: number, paneWidthPx: number, pxPerScreenPx: number): number {
  return slideWidthPx / (pxPerScreenPx * paneWidthPx);
}

/** Level-0 pixels to normalised coordinates (both axes share the slide's width). */
export function osdPoint(slideWidthPx: number, x: number, y: number): { x: number; y: number } {
  return { x: x / slideWidthPx, y: y / slideWidthPx };
}
