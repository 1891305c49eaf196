import { damaged, tooLarge } from '../format-errors.ts';
import { LIMITS } from '../limits.ts';

/**
 * Refuses a picture bomb before any pixel is decoded.
 * @throws AppError 'format.too-large', 'format.damaged'
 */
export function checkFlatSize(widthPx: number, heightPx: number): void {
  const longest = Math.max(widthPx, heightPx);
  if (widthPx < 1 || heightPx < 1) throw damaged('size-invalid', `${widthPx} x ${heightPx}`);
  if (longest > LIMITS.flatSidePx || widthPx * heightPx > LIMITS.flatPixels) {
    throw tooLarge('picture', `${widthPx} x ${heightPx}`);
  }
}
