import type { Mpp } from '../slide/slide.ts';
import type { Microns, SlidePoint } from './spaces.ts';

export function distancePx(from: SlidePoint, to: SlidePoint): number {
  return Math.hypot(to.x - from.x, to.y - from.y);
}

/** Square pixels assumed: one line in one direction cannot tell x from y. Null for a line of no length. */
export function mppFromLine(from: SlidePoint, to: SlidePoint, length: Microns): Mpp | null {
  const px = distancePx(from, to);
  if (!(px > 0) || !(length > 0)) return null;
  const mpp = length / px;
  return { x: mpp, y: mpp };
}

/**
 * Whole-slide scanners lie between 0.1 µm (about 100x) and 1 µm (10x) for a pixel; overviews go up to 8.
 * Outside, somebody more likely mistook the unit.
 */
const PLAUSIBLE_MPP = { least: 0.08, most: 8 };

export function isPlausibleMpp(mpp: number): boolean {
  return mpp >= PLAUSIBLE_MPP.least && mpp <= PLAUSIBLE_MPP.most;
}
