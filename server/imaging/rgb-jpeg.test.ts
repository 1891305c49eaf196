import sharp from 'sharp';
import { expect, test } from 'vitest';
import { frameColoursOf } from '../../shared/interop/dicom/frame-colours.ts';
import { decodeJpeg } from './jpeg.ts';
import { encodeRgbJpeg } from './rgb-jpeg.ts';

const WIDTH = 45;
const HEIGHT = 37;

/** Smooth, and different in each channel. */
function gradient(): Uint8Array {
  const rgb = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++)
      rgb.set([x * 5, y * 6, 255 - x * 2 - y * 2], (y * WIDTH + x) * 3);
  }
  return rgb;
}

test('R, G and B come back from both decoders, and the codestream says what they are', async () => {
  const rgb = gradient();
  const jpeg = encodeRgbJpeg(rgb, WIDTH, HEIGHT, 95);
  expect(frameColoursOf(jpeg)).toMatchObject({
    samples: 3,
    photometric: 'RGB',
    widthPx: WIDTH,
    heightPx: HEIGHT,
  });
  const other = await sharp(jpeg).raw().toBuffer();
  for (const decoded of [decodeJpeg(jpeg).data, new Uint8Array(other)]) {
    const differences = decoded.map((value, index) => Math.abs(value - (rgb[index] ?? 0)));
    expect(Math.max(...differences)).toBeLessThan(10);
  }
});
