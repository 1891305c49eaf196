import type { ScreenSize } from '../../shared/geometry/spaces.ts';
import { cornersOf, type ViewState } from '../../shared/geometry/view-state.ts';

/**
 * A level is drawn when one of its pixels covers more than this many device pixels. A little above one half:
 * then at exact presets (1:1, 1:2, …) the matching level is taken and not the next finer one with four times
 * the pixels, and no level is ever enlarged while a finer one exists.
 */
export const MIN_PIXEL_RATIO = 0.501;

/** A rectangle in level-0 pixels. */
export interface SlideRect {
  readonly x: number;
  readonly y: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface Sight {
  /** What is shown now and where the camera is going. */
  readonly views: readonly ViewState[];
  readonly pane: ScreenSize;
  /** Device pixels per CSS pixel. */
  readonly density: number;
}

/** What a pane shows, upright: of a turned view, the rectangle around it. */
export function boundsOf(view: ViewState, pane: ScreenSize): SlideRect {
  const corners = cornersOf(view, pane);
  const xs = corners.map((corner) => corner.x);
  const ys = corners.map((corner) => corner.y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { x: left, y: top, widthPx: Math.max(...xs) - left, heightPx: Math.max(...ys) - top };
}

function meets(a: SlideRect, b: SlideRect): boolean {
  return (
    a.x < b.x + b.widthPx &&
    b.x < a.x + a.widthPx &&
    a.y < b.y + b.heightPx &&
    b.y < a.y + a.heightPx
  );
}

/** Whether a tile of a level with this downsample would be drawn now or where the camera is going. */
export function isInSight(sight: Sight, tile: SlideRect, downsample: number): boolean {
  return sight.views.some((view) => {
    const pixelRatio = (downsample / view.pxPerScreenPx) * sight.density;
    return pixelRatio >= MIN_PIXEL_RATIO && meets(boundsOf(view, sight.pane), tile);
  });
}

interface Downsampled {
  readonly downsample: number;
}

/** The level that a view shows at its best, as a place in the pyramid; the coarsest when all are too fine. */
export function bestLevel(
  levels: readonly Downsampled[],
  view: ViewState,
  density: number,
): number {
  const found = levels.findIndex(
    ({ downsample }) => (downsample / view.pxPerScreenPx) * density >= MIN_PIXEL_RATIO,
  );
  return found < 0 ? levels.length - 1 : found;
}

/** A sixty-fourth of the pixels: there at once, and sharp enough to go on by. */
export const FIRST_LOOK_STEP = 3;

/**
 * Whether a level is worth its bytes for what is looked at: the one that shows it at its best, and for a first
 * look every third one above. Those between would take a third more bytes, and be covered a moment later.
 */
export function isWorthLoading(
  { views, density }: Sight,
  levels: readonly Downsampled[],
  level: number,
): boolean {
  return views.some((view) => {
    const steps = level - bestLevel(levels, view, density);
    return steps >= 0 && steps % FIRST_LOOK_STEP === 0;
  });
}

/**
 * Whether the coarsest level is there long before the one that is looked at. Where it has a quarter of the
 * pixels or more, the field itself comes first.
 */
export function isCheapUnderlay(
  { views, density }: Sight,
  levels: readonly Downsampled[],
): boolean {
  return views.every((view) => levels.length - 1 - bestLevel(levels, view, density) >= 2);
}

/** CSS pixels from where the camera is going to the middle of the tile: the centre of the field comes first. */
export function distanceFromCentre(sight: Sight, tile: SlideRect): number {
  const goal = sight.views.at(-1);
  if (goal === undefined) return 0;
  const dx = tile.x + tile.widthPx / 2 - goal.x;
  const dy = tile.y + tile.heightPx / 2 - goal.y;
  return Math.hypot(dx, dy) / goal.pxPerScreenPx;
}
