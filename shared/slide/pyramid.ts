import { z } from 'zod';

const pixels = z.number().int().min(1).max(4_000_000);

/** One level as it is served. Its tiles form a grid from the top left; edge tiles are cut exactly. */
export const PyramidLevel = z.object({
  widthPx: pixels,
  heightPx: pixels,
  tileWidthPx: z.number().int().min(1).max(8192),
  tileHeightPx: z.number().int().min(1).max(8192),
  /** Level-0 pixels per pixel of this level, 1 for level 0. */
  downsample: z.number().min(1),
  /** The file's own level that serves it, or null when it is composed from a finer one. */
  fileLevel: z.number().int().min(0).nullable(),
});
export type PyramidLevel = z.infer<typeof PyramidLevel>;

/** Levels from full resolution (index 0) to the coarsest. Neighbours differ by at most a factor of 2. */
export const Pyramid = z.object({
  widthPx: pixels,
  heightPx: pixels,
  levels: z.array(PyramidLevel).min(1).max(64),
});
export type Pyramid = z.infer<typeof Pyramid>;

export function columnsOf(level: PyramidLevel): number {
  return Math.ceil(level.widthPx / level.tileWidthPx);
}

export function rowsOf(level: PyramidLevel): number {
  return Math.ceil(level.heightPx / level.tileHeightPx);
}
