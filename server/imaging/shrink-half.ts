import { type Canvas, createCanvas } from '../../shared/slide-format/samples/canvas.ts';

/** Two 8-bit lanes of a word with 8 bits of room above each: four of them add without a carry. */
const LANES = 0x00ff_00ff;
const NINE_BITS = 0x01ff_01ff;
const LOWEST_BITS = 0x0001_0001;

/** The mean of four in both lanes; `round` is added to the sum, and 256 becomes 255. */
function quarter(sum: number, round: number): number {
  const mean = ((sum + round) >>> 2) & NINE_BITS;
  return mean - ((mean >>> 8) & LOWEST_BITS);
}

function averageOfFour(a: number, b: number, c: number, d: number, round: number): number {
  const even = (a & LANES) + (b & LANES) + (c & LANES) + (d & LANES);
  const odd = ((a >>> 8) & LANES) + ((b >>> 8) & LANES) + ((c >>> 8) & LANES) + ((d >>> 8) & LANES);
  return quarter(even, round) | (quarter(odd, round) << 8);
}

/**
 * Halves both sides: each pixel is the mean of 2 x 2, rounded to nearest. An odd side is rounded up and its last
 * pixels are averaged with themselves, so that no background bleeds in at the edge.
 */
export function shrinkHalf({ pixels, widthPx, heightPx, darkQuarters = 0 }: Canvas): Canvas {
  const half = createCanvas(Math.ceil(widthPx / 2), Math.ceil(heightPx / 2));
  const out = half.pixels;
  const pairs = widthPx >> 1;
  const round = (2 + darkQuarters) * LOWEST_BITS;
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
        round,
      );
    }
    if ((widthPx & 1) === 1) {
      const a = pixels[upper] ?? 0;
      const b = pixels[lower] ?? 0;
      out[to++] = averageOfFour(a, a, b, b, round);
    }
  }
  return half;
}

export function shrinkTimes(canvas: Canvas, halvings: number): Canvas {
  let shrunk = canvas;
  for (let i = 0; i < halvings; i++) shrunk = shrinkHalf(shrunk);
  return shrunk;
}
