import type { Mpp } from '../../slide/slide.ts';
import type { TiffDirectory, TiffFrame } from './read-directory.ts';
import { readFirst } from './read-page.ts';
import { TAG } from './tags.ts';

/** A 100x oil objective gives about 0.05; a flatbed overview of a slide about 20. */
const FINEST_MICRONS = 0.02;
const COARSEST_MICRONS = 30;

/** Microns per pixel, or undefined when no microscope gives such a value (72 dpi and the like). */
export function plausibleMpp(x: number | undefined, y: number | undefined = x): Mpp | undefined {
  if (x === undefined || y === undefined) return undefined;
  const fits = (value: number) => value >= FINEST_MICRONS && value <= COARSEST_MICRONS;
  return fits(x) && fits(y) ? { x, y } : undefined;
}

/** Resolution tags 282, 283, 296: pixels per inch (2) or centimetre (3). */
export async function resolutionMpp(
  frame: TiffFrame,
  directory: TiffDirectory,
): Promise<Mpp | undefined> {
  const unit = (await readFirst(frame, directory, TAG.resolutionUnit)) ?? 2;
  const microns = unit === 3 ? 10_000 : unit === 2 ? 25_400 : undefined;
  const x = await readFirst(frame, directory, TAG.xResolution);
  const y = await readFirst(frame, directory, TAG.yResolution);
  if (microns === undefined || x === undefined || y === undefined) return undefined;
  return plausibleMpp(microns / x, microns / y);
}
