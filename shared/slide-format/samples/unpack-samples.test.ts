import { expect, test } from 'vitest';
import type { SampleLayout } from '../slide-image.ts';
import { bytesOf, type Canvas } from './canvas.ts';
import { unpackSamples } from './unpack-samples.ts';

const RGB: SampleLayout = {
  channels: 3,
  bitsPerSample: 8,
  colour: 'rgb',
  planar: false,
  littleEndian: true,
  predictor: 1,
  subsampling: [1, 1],
  palette: undefined,
};
const GREY: SampleLayout = { ...RGB, channels: 1, colour: 'grey' };

function rgbOf(canvas: Canvas): number[][] {
  const bytes = bytesOf(canvas);
  return Array.from({ length: bytes.length / 4 }, (_, i) => [...bytes.subarray(i * 4, i * 4 + 3)]);
}

test('interleaved RGB is taken as it is, a fourth sample is dropped', () => {
  expect(rgbOf(unpackSamples(Uint8Array.of(1, 2, 3, 4, 5, 6), RGB, 2, 1))).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const rgba = { ...RGB, channels: 4 } as const;
  expect(rgbOf(unpackSamples(Uint8Array.of(1, 2, 3, 9, 4, 5, 6, 9), rgba, 2, 1))).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
});

test('planes one after the other become pixels', () => {
  const planar = { ...RGB, planar: true };
  expect(rgbOf(unpackSamples(Uint8Array.of(1, 4, 2, 5, 3, 6), planar, 2, 1))).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
});

test('horizontal differences are summed up along each row, by channel', () => {
  const predicted = { ...RGB, predictor: 2 } as const;
  const data = Uint8Array.of(10, 20, 30, 1, 255, 0, 7, 8, 9, 1, 1, 1);
  expect(rgbOf(unpackSamples(data, predicted, 2, 2))).toEqual([
    [10, 20, 30],
    [11, 19, 30],
    [7, 8, 9],
    [8, 9, 10],
  ]);
});

test('16 bits are shown by their more significant byte, in either byte order, with differences', () => {
  const little = { ...GREY, bitsPerSample: 16 } as const;
  expect(rgbOf(unpackSamples(Uint8Array.of(0xff, 0x12), little, 1, 1))).toEqual([[18, 18, 18]]);
  const big = { ...little, littleEndian: false };
  expect(rgbOf(unpackSamples(Uint8Array.of(0x12, 0xff), big, 1, 1))).toEqual([[18, 18, 18]]);
  const predicted = { ...big, predictor: 2 } as const;
  const data = Uint8Array.of(0x10, 0xff, 0x01, 0x01);
  expect(rgbOf(unpackSamples(data, predicted, 2, 1))).toEqual([
    [16, 16, 16],
    [18, 18, 18],
  ]);
});

test('white-is-zero is turned round, a palette is looked up', () => {
  const inverted = { ...GREY, colour: 'grey-inverted' } as const;
  expect(rgbOf(unpackSamples(Uint8Array.of(0, 200), inverted, 2, 1))).toEqual([
    [255, 255, 255],
    [55, 55, 55],
  ]);
  const palette = Uint8Array.of(9, 8, 7, 1, 2, 3);
  const indexed = { ...GREY, colour: 'palette', palette } as const;
  expect(rgbOf(unpackSamples(Uint8Array.of(1, 0), indexed, 2, 1))).toEqual([
    [1, 2, 3],
    [9, 8, 7],
  ]);
});

test('subsampled YCbCr: a data unit is luminance, row by row, then one Cb and one Cr', () => {
  const ycbcr = { ...RGB, colour: 'ycbcr', subsampling: [2, 2] } as const;
  const data = Uint8Array.of(10, 20, 30, 40, 128, 128, 50, 0, 60, 0, 128, 128);
  const grey = rgbOf(unpackSamples(data, ycbcr, 3, 2)).map(([r]) => r);
  expect(grey).toEqual([10, 20, 50, 30, 40, 60]);
});

test('too few samples are unreadable', () => {
  expect(() => unpackSamples(new Uint8Array(11), RGB, 2, 2)).toThrow(
    expect.objectContaining({ code: 'tile.unreadable' }),
  );
});
