import type { ViewState } from '../../shared/geometry/view-state.ts';
import { normaliseDegrees } from '../../shared/geometry/view-state.ts';

/** The time in which two thirds of a movement are done. A stage that follows the hand, without a swim. */
const TIME_CONSTANT_MS = 70;
/** Below these the eye sees no difference, and the camera lands on the target exactly. */
const REST = { scale: 1e-3, screenPx: 0.25, degrees: 0.05 };

function shortestTurn(from: number, to: number): number {
  return ((((to - from) % 360) + 540) % 360) - 180;
}

function isAtRest(now: ViewState, target: ViewState): boolean {
  return (
    Math.abs(Math.log(target.pxPerScreenPx / now.pxPerScreenPx)) < REST.scale &&
    Math.hypot(target.x - now.x, target.y - now.y) < REST.screenPx * target.pxPerScreenPx &&
    Math.abs(shortestTurn(now.rotation, target.rotation)) < REST.degrees
  );
}

/**
 * The camera a little later on its way to the target. The scale moves evenly in octaves, and the centre moves
 * linearly with the scale: then the one point that stays under the pointer at the end stays there all the way.
 * It ends on the target itself, digit for digit, so that a restored address is the address.
 */
export function stepCamera(now: ViewState, target: ViewState, elapsedMs: number): ViewState {
  const done = 1 - Math.exp(-elapsedMs / TIME_CONSTANT_MS);
  if (isAtRest(now, target)) return target;
  const octaves = Math.log(target.pxPerScreenPx / now.pxPerScreenPx);
  const pxPerScreenPx = now.pxPerScreenPx * Math.exp(octaves * done);
  const scaleSpan = target.pxPerScreenPx - now.pxPerScreenPx;
  const share = Math.abs(octaves) < 1e-6 ? done : (pxPerScreenPx - now.pxPerScreenPx) / scaleSpan;
  const next = {
    x: now.x + (target.x - now.x) * share,
    y: now.y + (target.y - now.y) * share,
    pxPerScreenPx,
    rotation: normaliseDegrees(now.rotation + shortestTurn(now.rotation, target.rotation) * done),
    flip: target.flip,
  };
  return isAtRest(next, target) ? target : next;
}

export interface CameraLimits {
  readonly slideWidthPx: number;
  readonly slideHeightPx: number;
  /** Level-0 pixels per CSS pixel. */
  readonly closest: number;
  readonly farthest: number;
}

/** A view that a reader can come back from: the centre lies on the slide, the scale between the limits. */
export function limitView(view: ViewState, limits: CameraLimits): ViewState {
  return {
    ...view,
    x: Math.min(limits.slideWidthPx, Math.max(0, view.x)),
    y: Math.min(limits.slideHeightPx, Math.max(0, view.y)),
    pxPerScreenPx: Math.min(limits.farthest, Math.max(limits.closest, view.pxPerScreenPx)),
  };
}
