import type { Mpp } from '../../../shared/slide/slide.ts';
import type { PreviewWarning } from './upload-item.ts';

/** µm per pixel. 100x oil gives about 0.07; beyond 2 no single cell can be told. */
const FINEST = 0.05;
const COARSEST = 2;
/** 10 µm per pixel at 1x: 40x goes with 0.25. Scanners stray from it by camera and relay lens. */
const MICRONS_AT_1X = 10;
const MOST_STRAYING = 2.5;

/** What the technician should look at before sending a slide with this scale. */
export function mppWarnings(
  mpp: Mpp | undefined,
  objectivePower: number | undefined,
): PreviewWarning[] {
  if (mpp === undefined) return [{ kind: 'mpp-missing' }];
  const umPerPx = Math.max(mpp.x, mpp.y);
  const isUneven = umPerPx > 1.1 * Math.min(mpp.x, mpp.y);
  if (Math.min(mpp.x, mpp.y) < FINEST || umPerPx > COARSEST || isUneven) {
    return [{ kind: 'mpp-implausible', umPerPx }];
  }
  if (objectivePower === undefined) return [];
  const straying = (umPerPx * objectivePower) / MICRONS_AT_1X;
  if (straying <= MOST_STRAYING && straying >= 1 / MOST_STRAYING) return [];
  return [{ kind: 'mpp-against-objective', umPerPx, objectivePower }];
}
