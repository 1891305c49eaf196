import type { ScreenSize } from '../../shared/geometry/spaces.ts';
import type { ViewState } from '../../shared/geometry/view-state.ts';
import { columnsOf, type Pyramid, type PyramidLevel, rowsOf } from '../../shared/slide/pyramid.ts';
import type { TileAddress } from '../../shared/slide/tile-address.ts';
import { bestLevel, boundsOf, FIRST_LOOK_STEP, type SlideRect } from './tile-sight.ts';

/** A place that a reader may want to see: on a slide, or about something that lies on it. */
export interface RegionOfInterest {
  readonly view: ViewState;
  readonly pane: ScreenSize;
  /** Device pixels per CSS pixel. */
  readonly density: number;
}

/** A step by less than this share of the field says nothing about where the reader goes. */
const LEAST_STEP = 0.08;

function clampTo(value: number, count: number): number {
  return Math.min(count - 1, Math.max(0, value));
}

interface Spread {
  readonly address: TileAddress;
  readonly distance: number;
}

function tilesIn(level: PyramidLevel, index: number, rect: SlideRect): Spread[] {
  const tileWidth = level.tileWidthPx * level.downsample;
  const tileHeight = level.tileHeightPx * level.downsample;
  const [columns, rows] = [columnsOf(level), rowsOf(level)];
  const isBeside = rect.x >= columns * tileWidth || rect.y >= rows * tileHeight;
  if (isBeside || rect.x + rect.widthPx <= 0 || rect.y + rect.heightPx <= 0) return [];
  const lastColumn = clampTo(Math.ceil((rect.x + rect.widthPx) / tileWidth) - 1, columns);
  const lastRow = clampTo(Math.ceil((rect.y + rect.heightPx) / tileHeight) - 1, rows);
  const found: Spread[] = [];
  for (let row = clampTo(Math.floor(rect.y / tileHeight), rows); row <= lastRow; row += 1) {
    for (
      let column = clampTo(Math.floor(rect.x / tileWidth), columns);
      column <= lastColumn;
      column += 1
    ) {
      const dx = (column + 0.5) * tileWidth - (rect.x + rect.widthPx / 2);
      const dy = (row + 0.5) * tileHeight - (rect.y + rect.heightPx / 2);
      found.push({ address: { level: index, column, row }, distance: Math.hypot(dx, dy) });
    }
  }
  return found;
}

/** The tiles that a view shows at its best, the middle first. Turned views take what their bounds meet. */
export function tilesOfView(
  { levels }: Pyramid,
  { view, pane, density }: RegionOfInterest,
): readonly TileAddress[] {
  const best = bestLevel(levels, view, density);
  // The best level, and the few tiles that are asked for with it for a first look.
  return [best, best + FIRST_LOOK_STEP].flatMap((index) => {
    const level = levels[index];
    if (level === undefined) return [];
    return tilesIn(level, index, boundsOf(view, pane))
      .toSorted((a, b) => a.distance - b.distance)
      .map(({ address }) => address);
  });
}

/** By how much the reader has moved at the same scale, in level-0 pixels, at most one field; null: not along. */
export function stepBetween(
  before: ViewState,
  now: ViewState,
  pane: ScreenSize,
): { readonly x: number; readonly y: number } | null {
  if (Math.abs(Math.log(before.pxPerScreenPx / now.pxPerScreenPx)) > 0.01) return null;
  const width = pane.widthPx * now.pxPerScreenPx;
  const height = pane.heightPx * now.pxPerScreenPx;
  const [x, y] = [now.x - before.x, now.y - before.y];
  const fields = Math.max(Math.abs(x) / width, Math.abs(y) / height);
  if (fields < LEAST_STEP) return null;
  const scale = 1 / Math.max(1, fields);
  return { x: x * scale, y: y * scale };
}

/**
 * Where the reader may go next, the likeliest first: on in the direction of the last step, else to any side.
 * What follows a step comes again: who reads in rows goes on in rows.
 */
export function fieldsAhead(
  { view, pane }: Pick<RegionOfInterest, 'view' | 'pane'>,
  step: { readonly x: number; readonly y: number } | null,
): readonly ViewState[] {
  const at = (x: number, y: number) => ({ ...view, x: view.x + x, y: view.y + y });
  const width = pane.widthPx * view.pxPerScreenPx;
  const height = pane.heightPx * view.pxPerScreenPx;
  const sides = [at(width, 0), at(0, height), at(-width, 0), at(0, -height)];
  if (step === null) return sides;
  return [at(step.x, step.y), at(2 * step.x, 2 * step.y), ...sides];
}
