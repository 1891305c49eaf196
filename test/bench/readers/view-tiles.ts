import { columnsOf, type Pyramid, rowsOf } from '../../../shared/slide/pyramid.ts';
import type { View } from './read-case.ts';
import { READING_PACE } from './reading-pace.ts';

export interface ViewTile {
  readonly column: number;
  readonly row: number;
}

/** The tiles that a view needs, the middle first, as the viewer asks for them. */
export function tilesOfView(pyramid: Pyramid, { level, centre }: View): ViewTile[] {
  const served = pyramid.levels[level];
  if (served === undefined) return [];
  const { tileWidthPx, tileHeightPx, downsample } = served;
  const { pane } = READING_PACE;
  const span = (middlePx: number, panePx: number, tilePx: number, count: number) => {
    const from = Math.floor((middlePx / downsample - panePx / 2) / tilePx);
    const to = Math.floor((middlePx / downsample + panePx / 2) / tilePx);
    return [Math.max(0, from), Math.min(count - 1, to)] as const;
  };
  const [left, right] = span(centre.x, pane.widthPx, tileWidthPx, columnsOf(served));
  const [top, bottom] = span(centre.y, pane.heightPx, tileHeightPx, rowsOf(served));
  const tiles: (ViewTile & { distance: number })[] = [];
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const distance = (column - (left + right) / 2) ** 2 + (row - (top + bottom) / 2) ** 2;
      tiles.push({ column, row, distance });
    }
  }
  return tiles.sort((a, b) => a.distance - b.distance);
}

/** A tile of a slide as one small number: level 0 to 31, columns and rows below 8,192. */
export function tileNumber(level: number, { column, row }: ViewTile): number {
  return level * 2 ** 26 + row * 2 ** 13 + column;
}
