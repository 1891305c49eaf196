import type { Microns } from './spaces.ts';

export interface ScaleBar {
  /** Length of the bar in CSS pixels. */
  readonly widthPx: number;
  /** What it stands for, in `unit`. Always 1, 2 or 5 times a power of ten. */
  readonly length: number;
  readonly unit: 'nm' | 'µm' | 'mm' | 'px';
}

/** The largest 1-2-5 step that is not longer than `limit`. */
function largestStep(limit: number): number {
  const decade = 10 ** Math.floor(Math.log10(limit));
  const mantissa = limit / decade;
  const step = mantissa >= 5 ? 5 : mantissa >= 2 ? 2 : 1;
  // Powers below one are not exact in binary: 5 / 10 is, 5 * 0.1 need not be.
  return decade < 1 ? step / Math.round(1 / decade) : step * decade;
}

/** The longest round bar that fits into `maxWidthPx` CSS pixels. */
export function scaleBarInMicrons(micronsPerScreenPx: Microns, maxWidthPx: number): ScaleBar {
  const length = largestStep(micronsPerScreenPx * maxWidthPx * (1 + 1e-9));
  const widthPx = length / micronsPerScreenPx;
  if (length >= 1000) return { widthPx, length: length / 1000, unit: 'mm' };
  if (length >= 1) return { widthPx, length, unit: 'µm' };
  return { widthPx, length: Math.round(length * 1000), unit: 'nm' };
}

/** For a slide without mpp: a bar in level-0 pixels, never in a made-up length. */
export function scaleBarInPixels(pxPerScreenPx: number, maxWidthPx: number): ScaleBar {
  const length = Math.max(1, largestStep(pxPerScreenPx * maxWidthPx * (1 + 1e-9)));
  return { widthPx: length / pxPerScreenPx, length, unit: 'px' };
}
