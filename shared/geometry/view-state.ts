import { z } from 'zod';
import type { ScreenPoint, ScreenSize, SlidePoint } from './spaces.ts';
import { screenPoint, slidePoint } from './spaces.ts';

const finite = z.number().min(-1e9).max(1e9);

/**
 * What a pane shows, free of the pane's size and of calibration, so that it means the same on every screen.
 * A slide point p is seen at: centre of the pane + flip(rotate(p − (x, y))) / pxPerScreenPx.
 */
export const ViewState = z.object({
  /** Centre of the pane in level-0 pixels. */
  x: finite,
  y: finite,
  /** Level-0 pixels for one CSS pixel: 1 is full resolution, larger is further away. */
  pxPerScreenPx: z.number().min(1e-4).max(1e6),
  /** Degrees clockwise on the screen, in [0, 360). */
  rotation: z.number().min(0).lt(360),
  /** Mirrored left to right on the screen, after the rotation. */
  flip: z.boolean(),
});
export type ViewState = z.infer<typeof ViewState>;

/** Degrees brought into [0, 360). */
export function normaliseDegrees(degrees: number): number {
  const turned = degrees % 360;
  const positive = turned < 0 ? turned + 360 : turned;
  return positive >= 360 ? 0 : positive + 0; // + 0 turns −0 into 0; 360 − ε can round to 360
}

/** "x,y,pxPerScreenPx,rotation,flip". JavaScript prints the shortest digits that read back exactly. */
export function formatView(view: ViewState): string {
  return [view.x, view.y, view.pxPerScreenPx, view.rotation, view.flip ? 1 : 0].join(',');
}

/** Reads formatView's text back, exactly; null when it is not one (an address can be typed by anybody). */
export function parseView(text: string): ViewState | null {
  const parts = text.split(',');
  if (parts.length !== 5 || parts.some((part) => part.trim() === '')) return null;
  const [x, y, pxPerScreenPx, rotation, flip] = parts.map(Number);
  if (flip !== 0 && flip !== 1) return null;
  const parsed = ViewState.safeParse({ x, y, pxPerScreenPx, rotation, flip: flip === 1 });
  return parsed.success ? parsed.data : null;
}

interface Turn {
  readonly cos: number;
  readonly sin: number;
  readonly mirror: number;
}

function turnOf(view: ViewState): Turn {
  const radians = (view.rotation * Math.PI) / 180;
  return { cos: Math.cos(radians), sin: Math.sin(radians), mirror: view.flip ? -1 : 1 };
}

export function slideToScreen(view: ViewState, pane: ScreenSize, point: SlidePoint): ScreenPoint {
  const { cos, sin, mirror } = turnOf(view);
  const dx = (point.x - view.x) / view.pxPerScreenPx;
  const dy = (point.y - view.y) / view.pxPerScreenPx;
  return screenPoint(
    pane.widthPx / 2 + mirror * (dx * cos - dy * sin),
    pane.heightPx / 2 + dx * sin + dy * cos,
  );
}

export function screenToSlide(view: ViewState, pane: ScreenSize, point: ScreenPoint): SlidePoint {
  const { cos, sin, mirror } = turnOf(view);
  const dx = (point.x - pane.widthPx / 2) * mirror * view.pxPerScreenPx;
  const dy = (point.y - pane.heightPx / 2) * view.pxPerScreenPx;
  return slidePoint(view.x + dx * cos + dy * sin, view.y - dx * sin + dy * cos);
}

/** The view moved by a number of CSS pixels as seen on the screen: (100, 0) shows what lies to the right. */
export function panByScreen(view: ViewState, dx: number, dy: number): ViewState {
  const origin = { widthPx: 0, heightPx: 0 };
  const moved = screenToSlide(view, origin, screenPoint(dx, dy));
  return { ...view, x: moved.x, y: moved.y };
}

/** The view at another scale, with the slide point under `anchor` staying where it is. */
export function zoomAt(
  view: ViewState,
  pane: ScreenSize,
  anchor: ScreenPoint,
  pxPerScreenPx: number,
): ViewState {
  const kept = screenToSlide(view, pane, anchor);
  const ratio = pxPerScreenPx / view.pxPerScreenPx;
  return {
    ...view,
    pxPerScreenPx,
    x: kept.x + (view.x - kept.x) * ratio,
    y: kept.y + (view.y - kept.y) * ratio,
  };
}

/** The view turned about the centre of the pane; degrees clockwise as seen, flipped or not. */
export function rotateBy(view: ViewState, degrees: number): ViewState {
  const sense = view.flip ? -degrees : degrees;
  return { ...view, rotation: normaliseDegrees(view.rotation + sense) };
}

/** The corners of what the pane shows, clockwise from the top left of the screen, in level-0 pixels. */
export function cornersOf(view: ViewState, pane: ScreenSize): readonly SlidePoint[] {
  const { widthPx, heightPx } = pane;
  return [
    screenToSlide(view, pane, screenPoint(0, 0)),
    screenToSlide(view, pane, screenPoint(widthPx, 0)),
    screenToSlide(view, pane, screenPoint(widthPx, heightPx)),
    screenToSlide(view, pane, screenPoint(0, heightPx)),
  ];
}

/** The whole slide, upright, with `marginPx` CSS pixels left free on each side. */
export function fitView(
  slide: { readonly widthPx: number; readonly heightPx: number },
  pane: ScreenSize,
  marginPx = 12,
): ViewState {
  const width = Math.max(1, pane.widthPx - 2 * marginPx);
  const height = Math.max(1, pane.heightPx - 2 * marginPx);
  return {
    x: slide.widthPx / 2,
    y: slide.heightPx / 2,
    pxPerScreenPx: Math.max(slide.widthPx / width, slide.heightPx / height),
    rotation: 0,
    flip: false,
  };
}
