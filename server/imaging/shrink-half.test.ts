import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOf, type Canvas, createCanvas } from '../../shared/slide-format/samples/canvas.ts';
import { shrinkHalf } from './shrink-half.ts';

function canvasFrom(samples: Uint8Array, widthPx: number, heightPx: number): Canvas {
  const canvas = createCanvas(widthPx, heightPx);
  bytesOf(canvas).set(samples);
  return canvas;
}

/** The obvious way. */
function expected(
  { widthPx, heightPx }: Canvas,
  samples: Uint8Array,
  x: number,
  y: number,
  channel: number,
  extra: number,
): number {
  const at = (column: number, row: number) =>
    samples[
      (Math.min(row, heightPx - 1) * widthPx + Math.min(column, widthPx - 1)) * 4 + channel
    ] ?? 0;
  const sum =
    at(2 * x, 2 * y) + at(2 * x + 1, 2 * y) + at(2 * x, 2 * y + 1) + at(2 * x + 1, 2 * y + 1);
  return Math.min(255, Math.floor((sum + 2 + extra) / 4));
}

test('each pixel is the rounded mean of four, at odd edges of two or one, in all four samples', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(0, 3),
      fc.uint8Array({ minLength: 324, maxLength: 324 }),
      (width, height, darkQuarters, bytes) => {
        const samples = bytes.subarray(0, width * height * 4);
        const canvas = { ...canvasFrom(samples, width, height), darkQuarters };
        const half = shrinkHalf(canvas);
        expect([half.widthPx, half.heightPx]).toEqual([
          Math.ceil(width / 2),
          Math.ceil(height / 2),
        ]);
        const out = bytesOf(half);
        for (let i = 0; i < out.length; i++) {
          const x = Math.floor(i / 4) % half.widthPx;
          const y = Math.floor(i / 4 / half.widthPx);
          expect(out[i]).toBe(expected(canvas, samples, x, y, i % 4, darkQuarters));
        }
      },
    ),
  );
});

test('white stays white when what the fast transform took is given back', () => {
  const white = createCanvas(4, 4, { r: 255, g: 255, b: 255 });
  const half = shrinkHalf({ ...white, darkQuarters: 3 });
  expect(half.pixels.every((pixel) => pixel === white.pixels[0])).toBe(true);
});
