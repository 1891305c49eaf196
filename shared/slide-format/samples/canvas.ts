/**
 * Pixels while a tile is being composed: one 32-bit word each, in memory R, G, B and an unused byte.
 * Rows run top to bottom without padding. libjpeg-turbo reads and writes this layout (RGBX) directly.
 */
export interface Canvas {
  readonly pixels: Int32Array;
  readonly widthPx: number;
  readonly heightPx: number;
  /**
   * By how many quarters of a step its samples are too dark on the whole: libjpeg-turbo's fast inverse transform
   * cuts off where the exact one rounds. Made up for when the canvas is halved.
   */
  readonly darkQuarters?: number;
}

export interface Rgb {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

/** A colour as one word, whatever the byte order of the machine. */
export function packColour({ r, g, b }: Rgb): number {
  return new Int32Array(Uint8Array.of(r, g, b, 255).buffer)[0] ?? 0;
}

export function createCanvas(widthPx: number, heightPx: number, colour?: Rgb): Canvas {
  const pixels = new Int32Array(widthPx * heightPx);
  if (colour !== undefined) pixels.fill(packColour(colour));
  return { pixels, widthPx, heightPx };
}

/** The canvas as bytes R, G, B, X, without a copy. */
export function bytesOf({ pixels }: Canvas): Uint8Array {
  return new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
}

/** A canvas of interleaved samples: grey, RGB, or RGB with a fourth sample that is dropped. */
export function canvasOf(
  samples: Uint8Array,
  widthPx: number,
  heightPx: number,
  channels: 1 | 3 | 4,
): Canvas {
  const canvas = createCanvas(widthPx, heightPx);
  const out = bytesOf(canvas);
  const g = channels === 1 ? 0 : 1;
  const b = channels === 1 ? 0 : 2;
  for (let from = 0, to = 0; to < out.length; from += channels, to += 4) {
    out[to] = samples[from] ?? 0;
    out[to + 1] = samples[from + g] ?? 0;
    out[to + 2] = samples[from + b] ?? 0;
    out[to + 3] = 255;
  }
  return canvas;
}

/** The top left corner of a canvas; the canvas itself when nothing is cut. */
export function cropTo(canvas: Canvas, widthPx: number, heightPx: number): Canvas {
  if (widthPx === canvas.widthPx && heightPx === canvas.heightPx) return canvas;
  if (widthPx === canvas.widthPx) {
    return { ...canvas, pixels: canvas.pixels.subarray(0, widthPx * heightPx), heightPx };
  }
  const cut = createCanvas(widthPx, heightPx);
  blit(canvas, cut, 0, 0);
  return { ...canvas, ...cut };
}

/** Copies `from` into `onto` with its top left corner at (x, y); what lies outside is left out. */
export function blit(from: Canvas, onto: Canvas, x: number, y: number): void {
  const left = Math.max(0, x);
  const right = Math.min(onto.widthPx, x + from.widthPx);
  const top = Math.max(0, y);
  const bottom = Math.min(onto.heightPx, y + from.heightPx);
  if (left >= right) return;
  for (let row = top; row < bottom; row++) {
    const start = (row - y) * from.widthPx + (left - x);
    onto.pixels.set(from.pixels.subarray(start, start + right - left), row * onto.widthPx + left);
  }
}
