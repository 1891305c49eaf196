import { type Canvas, createCanvas } from './canvas.ts';

/** Two 8-bit lanes of a word with 8 bits of room above each: four of them add without a carry. */
const LANES = 0x00ff_00ff;
/** Rounds to nearest in both lanes before the division by four. */
const HALF = 0x0002_0002;

function averageOfFour(a: number, b: number, c: number, d: number): number {
  const even = (a & LANES) + (b & LANES) + (c & LANES) + (d & LANES) + HALF;
  const odd =
    ((a >>> 8) & LANES) + ((b >>> 8) & LANES) + ((c >>> 8) & LANES) + ((d >>> 8) & LANES) + HALF;
  return ((even >>> 2) & LANES) | (((odd >>> 2) & LANES) << 8);
}

/**
 * Halves both sides: each pixel is the mean of 2 x 2. An odd side is rounded up and its last pixels
 * are averaged with themselves, so that no background bleeds in at the edge.
 */
export function shrinkHalf({ pixels, widthPx, heightPx }: Canvas): Canvas {
  const half = createCanvas(Math.ceil(widthPx / 2), Math.ceil(heightPx / 2));
  const out = half.pixels;
  const pairs = widthPx >> 1;
  let to = 0;
  for (let row = 0; row < heightPx; row += 2) {
    let upper = row * widthPx;
    let lower = row + 1 < heightPx ? upper + widthPx : upper;
    for (let pair = 0; pair < pairs; pair++, upper += 2, lower += 2) {
      out[to++] = averageOfFour(
        pixels[upper] ?? 0,
        pixels[upper + 1] ?? 0,
        pixels[lower] ?? 0,
        pixels[lower + 1] ?? 0,
      );
    }
    if ((widthPx & 1) === 1) {
      const a = pixels[upper] ?? 0;
      const b = pixels[lower] ?? 0;
      out[to++] = averageOfFour(a, a, b, b);
    }
  }
  return half;
}

export function shrinkTimes(canvas: Canvas, halvings: number): Canvas {
  let shrunk = canvas;
  for (let i = 0; i < halvings; i++) shrunk = shrinkHalf(shrunk);
  return shrunk;
}
