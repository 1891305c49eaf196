import { z } from 'zod';

const place = z.number().min(-1e9).max(1e9);
const length = z.number().positive().max(1e9);

/**
 * A rectangle on a slide, drawn upright on a screen that may be turned: level-0 pixels, and the turn of the view
 * (ViewState.rotation) in which it stands upright. A flip changes nothing: a mirrored rectangle is the same one.
 */
export const SlideBox = z.object({
  /** Centre in level-0 pixels. */
  x: place,
  y: place,
  /** Along the rows and the columns of the screen that it was drawn on, in level-0 pixels. */
  widthPx: length,
  heightPx: length,
  /** Degrees in [0, 360). */
  rotation: z.number().min(0).lt(360),
});
export type SlideBox = z.infer<typeof SlideBox>;
