import { describe, expect, test } from 'vitest';
import { assembleJpeg } from './assemble-jpeg.ts';
import { jpegInfo } from './jpeg-info.ts';
import { planJpegSplice } from './jpeg-splice.ts';

const SOI = [0xff, 0xd8];
const EOI = [0xff, 0xd9];
const DQT = [0xff, 0xdb, 0, 3, 7];
const JFIF = [0xff, 0xe0, 0, 7, 0x4a, 0x46, 0x49, 0x46, 0];
const ADOBE_RGB = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0];

/** A frame header of three components with the ids given. */
function frame(ids: readonly number[], process = 0xc0, bits = 8): number[] {
  const components = ids.flatMap((id) => [id, 0x11, 0]);
  return [0xff, process, 0, 8 + components.length, bits, 0, 32, 0, 48, ids.length, ...components];
}

const YCBCR_IDS = [1, 2, 3];
const tables = Uint8Array.from([...SOI, ...DQT, ...EOI]);

function head(...parts: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from([...SOI, ...parts.flat()]);
}

describe('what goes in front of a tile', () => {
  test('nothing, when it is a whole JPEG in the colours that decoders assume', () => {
    expect(planJpegSplice(head(DQT, frame(YCBCR_IDS)), undefined, 'ycbcr')).toEqual({
      prefix: undefined,
      skip: 0,
    });
  });

  test('the tables without their SOI and EOI', () => {
    const { prefix, skip } = planJpegSplice(head(frame(YCBCR_IDS)), tables, 'ycbcr');
    expect([...(prefix ?? [])]).toEqual([...SOI, ...DQT]);
    expect(skip).toBe(2);
  });

  test('an Adobe marker without transform, when RGB is not said by the tile', () => {
    const { prefix } = planJpegSplice(head(frame(YCBCR_IDS)), tables, 'rgb');
    expect([...(prefix ?? [])]).toEqual([...SOI, ...ADOBE_RGB, ...DQT]);
  });

  test('no marker, when component ids or an Adobe marker say RGB already', () => {
    expect(planJpegSplice(head(frame([82, 71, 66])), undefined, 'rgb').skip).toBe(0);
    expect(planJpegSplice(head(ADOBE_RGB, frame(YCBCR_IDS)), undefined, 'rgb').skip).toBe(0);
  });

  test('no marker on a JFIF tile: that is YCbCr whatever the container says', () => {
    expect(planJpegSplice(head(JFIF, frame(YCBCR_IDS)), undefined, 'rgb').skip).toBe(0);
  });

  test('an Adobe marker with transform 1, when ids would make decoders take YCbCr for RGB', () => {
    const { prefix } = planJpegSplice(head(frame([82, 71, 66])), undefined, 'ycbcr');
    expect(prefix?.at(-1)).toBe(1);
  });

  test('lossless, arithmetic and 12-bit processes are refused by name', () => {
    for (const [process, bits, code] of [
      [0xc3, 8, 'format.unsupported-compression'],
      [0xc9, 8, 'format.unsupported-compression'],
      [0xc1, 12, 'format.unsupported-layout'],
    ] as const) {
      expect(() => planJpegSplice(head(frame(YCBCR_IDS, process, bits)), undefined, 'rgb')).toThrow(
        expect.objectContaining({ code }),
      );
    }
  });
});

test('the header of a JPEG tells size, components, markers and restart interval', () => {
  const info = jpegInfo(head(JFIF, ADOBE_RGB, [0xff, 0xdd, 0, 4, 1, 2], frame(YCBCR_IDS)));
  expect(info).toMatchObject({
    widthPx: 48,
    heightPx: 32,
    bitsPerSample: 8,
    jfif: true,
    adobeTransform: 0,
    restartInterval: 258,
  });
  expect(info.components.map(({ id }) => id)).toEqual(YCBCR_IDS);
  expect(info.scanAt).toBeUndefined();
});

test('restart intervals are joined with markers counted from 0 and an end', () => {
  const location = {
    kind: 'restart',
    prefix: Uint8Array.of(1, 2),
    ranges: [],
    widthPx: 1,
    heightPx: 1,
  } as const;
  const intervals = Array.from({ length: 10 }, (_, index) => Uint8Array.of(0x10 + index));
  intervals[9] = Uint8Array.of(0x19, 0xff, 0xd9);
  const joined = assembleJpeg(location, intervals);
  const markers = [...joined].flatMap((byte, at) => (byte === 0xff ? [joined[at + 1]] : []));
  expect(markers).toEqual([0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd0, 0xd9]);
});
