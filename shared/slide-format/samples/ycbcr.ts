/** ITU-R BT.601 full range, as JFIF and TIFF's defaults have it, in 16-bit fixed point. */
const RED_OF_CR = Math.round(1.402 * 65_536);
const GREEN_OF_CB = Math.round(0.344_136 * 65_536);
const GREEN_OF_CR = Math.round(0.714_136 * 65_536);
const BLUE_OF_CB = Math.round(1.772 * 65_536);
const ROUND = 32_768;

function clamp(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** Turns Y, Cb, Cr, X into R, G, B, X in place. */
export function ycbcrToRgb(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += 4) {
    const y = ((bytes[at] ?? 0) << 16) + ROUND;
    const cb = (bytes[at + 1] ?? 0) - 128;
    const cr = (bytes[at + 2] ?? 0) - 128;
    bytes[at] = clamp((y + RED_OF_CR * cr) >> 16);
    bytes[at + 1] = clamp((y - GREEN_OF_CB * cb - GREEN_OF_CR * cr) >> 16);
    bytes[at + 2] = clamp((y + BLUE_OF_CB * cb) >> 16);
  }
}
