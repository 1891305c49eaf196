import type { Mpp } from '../slide/slide.ts';
import type { Microns } from './spaces.ts';
import { microns } from './spaces.ts';

/**
 * Magnification as pathologists read it on a screen: 10x is 1 µm of tissue for one CSS pixel, 40x is 0.25 µm
 * (the scanners' own habit: "40x" files carry 0.25 µm for a pixel). So magnification = 10 / (µm per CSS pixel).
 * The CSS pixel is taken, not the device pixel: it is about 1/96 inch at arm's length on every screen, so the
 * same number is the same size to the eye on a laptop with ratio 2 and on a desk screen with ratio 1. A denser
 * screen shows the same field sharper, not smaller.
 */
const MICRONS_TIMES_MAGNIFICATION = 10;

/** What the keys 1 to 6 and the buttons set. */
export const MAGNIFICATION_PRESETS = [1.25, 2.5, 5, 10, 20, 40] as const;

/** The mean of both directions; scanners' pixels are square to well under 1 %. µm per level-0 pixel. */
export function meanMpp(mpp: Mpp): number {
  return (mpp.x + mpp.y) / 2;
}

export function micronsPerScreenPx(mpp: Mpp, pxPerScreenPx: number): Microns {
  return microns(meanMpp(mpp) * pxPerScreenPx);
}

export function magnificationOf(mpp: Mpp, pxPerScreenPx: number): number {
  return MICRONS_TIMES_MAGNIFICATION / micronsPerScreenPx(mpp, pxPerScreenPx);
}

/** Level-0 pixels per CSS pixel at a magnification. */
export function scaleAtMagnification(mpp: Mpp, magnification: number): number {
  return MICRONS_TIMES_MAGNIFICATION / magnification / meanMpp(mpp);
}

/**
 * Where mpp is unknown there is no magnification; the presets then stand for shares of full resolution,
 * with the largest preset at one level-0 pixel per CSS pixel.
 */
export function scaleAtPreset(mpp: Mpp | null, preset: number): number {
  return mpp === null ? 40 / preset : scaleAtMagnification(mpp, preset);
}

/** The objective that a scan's mpp stands for, for a first check of plausibility: 0.25 → 40, 0.5 → 20. */
export function objectiveOfMpp(mpp: Mpp): number {
  return MICRONS_TIMES_MAGNIFICATION / meanMpp(mpp);
}

/** A magnification as text: three digits are enough for an eye, and 20 is "20", not "20.0". */
export function formatMagnification(magnification: number): string {
  if (magnification >= 100) return String(Math.round(magnification));
  return String(Number(magnification.toPrecision(3)));
}
