import { expect, test } from 'vitest';
import { encodeJpeg2000 } from '../../../fixtures/writers/jpeg2000-encoder.ts';
import { bytesOf } from '../../../shared/slide-format/samples/canvas.ts';
import { decodeJpeg2000 } from './jpeg2000.ts';

const WIDTH = 64;
const HEIGHT = 48;

/**
 * 64 x 48, components Y = 40 + 2x + y, Cb = 60 + 3 floor(x / 2), Cr = 200 - 2y; Cb and Cr have half the columns,
 * as Aperio's compression 33003 has them. Lossless, made with OpenJPEG 2.5.
 */
const HALVED_CHROMA = Buffer.from(
  [
    '/0//UQAvAAAAAABAAAAAMAAAAAAAAAAAAAAAQAAAADAAAAAAAAAAAAADBwEBBwIBBwIB/1IADAAAAAEAAgQEAAH/XA',
    'AKQEBISFBISFD/ZAAlAAFDcmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjD/kAAKAAAAAAEQAAH/k8+1wBFQ',
    'Eds3DtMkCMGvvttuVAf0fBBaiu0RaYQopMS8Fvv+8VqT0QcGrAeeyqonFy+8CyAPCgMNod9vE5hMNZmgZzCYgq+U61',
    'kKAAAf4IwlAAAH+CMJQbdsM4ASoAyqR72C54WEt8KeMbwPEzGaYGR//1HPtLARaxhN4KhqU4JSqnoaB1qUgbuNS6U4',
    'eFkzS/OwFtuX8u3MXdxS0taDj0uAf8+0iBOMSmYICO4C+ZnzMf5yecel8VKoAG/+oRnuKf94Bbbb7K/AfCJAOiBfp8',
    'U4jKQpP8B8IgA2oXr3oD4RAGdqoq/AOiwBIItiAX1/1UZKn8A6IF+nx0WgHRS/pqj/f//Z',
  ].join(''),
  'base64',
);

function clamp(value: number): number {
  return Math.max(0, Math.min(255, value));
}

function meanErrorOfSample(bytes: Uint8Array): number {
  let error = 0;
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    const x = i % WIDTH;
    const y = Math.floor(i / WIDTH);
    const luma = 40 + 2 * x + y;
    const cb = 60 + 3 * Math.floor(x / 2) - 128;
    const cr = 200 - 2 * y - 128;
    const rgb = [luma + 1.402 * cr, luma - 0.344 * cb - 0.714 * cr, luma + 1.772 * cb];
    for (const [c, value] of rgb.entries()) {
      error += Math.abs((bytes[i * 4 + c] ?? 0) - clamp(value));
    }
  }
  return error / (WIDTH * HEIGHT * 3);
}

function gradient() {
  const data = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => (i * 7) % 251);
  return { data, width: WIDTH, height: HEIGHT, channels: 3 } as const;
}

test('a codestream with halved chroma comes out in full colour', async () => {
  const canvas = await decodeJpeg2000(HALVED_CHROMA, 'ycbcr');
  expect([canvas.widthPx, canvas.heightPx]).toEqual([WIDTH, HEIGHT]);
  expect(meanErrorOfSample(bytesOf(canvas))).toBeLessThan(1);
});

test('RGB that was compressed without loss comes back exactly', async () => {
  const picture = gradient();
  const canvas = await decodeJpeg2000(encodeJpeg2000(picture, { lossless: true }), 'rgb');
  const rgb = bytesOf(canvas).filter((_, i) => i % 4 !== 3);
  expect(Buffer.from(rgb)).toEqual(Buffer.from(picture.data));
});

test('YCbCr of full resolution, which only the TIFF knows of, is converted', async () => {
  const data = Uint8Array.from(
    { length: WIDTH * HEIGHT * 3 },
    (_, i) => [120, 90, 200][i % 3] ?? 0,
  );
  const picture = { data, width: WIDTH, height: HEIGHT, channels: 3 } as const;
  const canvas = await decodeJpeg2000(encodeJpeg2000(picture, { lossless: true }), 'ycbcr');
  const [r = 0, g = 0, b = 0] = bytesOf(canvas);
  expect(Math.abs(r - (120 + 1.402 * 72))).toBeLessThan(1.5);
  expect(Math.abs(g - (120 + 0.344 * 38 - 0.714 * 72))).toBeLessThan(1.5);
  expect(Math.abs(b - (120 - 1.772 * 38))).toBeLessThan(1.5);
});

test('a codestream that is cut short or damaged is unreadable, and the next one decodes', async () => {
  const whole = encodeJpeg2000(gradient(), { lossless: true });
  const broken = [
    whole.subarray(0, 20),
    whole.subarray(0, whole.length >> 1),
    whole.map((byte, at) => (at > 200 && at % 5 === 0 ? byte ^ 0x5a : byte)),
    new Uint8Array(5_000),
  ];
  for (const bytes of broken) {
    await expect(decodeJpeg2000(bytes, 'rgb')).rejects.toMatchObject({ code: 'tile.unreadable' });
  }
  await expect(decodeJpeg2000(whole, 'rgb')).resolves.toMatchObject({ widthPx: WIDTH });
});

test('a header that claims gigapixels is refused before memory is taken', async () => {
  const whole = Uint8Array.from(encodeJpeg2000(gradient(), { lossless: true }));
  new DataView(whole.buffer).setUint32(8, 2_000_000_000);
  await expect(decodeJpeg2000(whole, 'rgb')).rejects.toMatchObject({ code: 'tile.unreadable' });
});
