import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { addressOf, writeAddressedSlide } from '../../fixtures/addressed-slide.ts';
import { encodeJpeg } from '../../server/imaging/jpeg.ts';
import { bytesSource } from '../../shared/bytes/bytes-source.ts';
import { openSlide } from '../../shared/slide-format/open-slide.ts';
import type { FileLevel, SlideImage } from '../../shared/slide-format/slide-image.ts';
import { crop, tileJpeg, tilePixels } from './tile-pixels.ts';
import { dicomFile, type DicomPart, encapsulatedFile, text, uint16, uint32 } from './tiny-dicom.ts';

const SIDE = 16;

function grid(columns: number, rows: number, frames: number): readonly DicomPart[] {
  return [
    text(0x0008_0016, 'UI', '1.2.840.10008.5.1.4.1.1.77.1.6'),
    uint16(0x0028_0002, 3),
    text(0x0028_0004, 'CS', 'YBR_FULL_422'),
    text(0x0028_0008, 'IS', String(frames)),
    uint16(0x0028_0010, SIDE),
    uint16(0x0028_0011, SIDE),
    uint16(0x0028_0100, 8),
    uint32(0x0048_0006, SIDE * columns),
    uint32(0x0048_0007, SIDE * rows),
  ];
}

async function openImage(...files: readonly Uint8Array[]): Promise<SlideImage> {
  const opened = await openSlide(
    files.map((bytes, index) => ({ path: `${index}.dcm`, source: bytesSource(bytes) })),
  );
  if (opened.kind !== 'pyramid') throw new Error(opened.kind);
  return opened.image;
}

/** Three JPEGs of one colour each, told apart by their length. */
const JPEGS = [40, 120, 200].map((value) => {
  const data = new Uint8Array(SIDE * SIDE * 3).fill(value);
  const jpeg = encodeJpeg({ data, width: SIDE, height: SIDE, channels: 3 }, 90);
  return jpeg.length % 2 === 0 ? jpeg : new Uint8Array([...jpeg, 0]);
});
const [FIRST, SECOND, THIRD] = JPEGS as [Uint8Array, Uint8Array, Uint8Array];

function halves(bytes: Uint8Array): readonly Uint8Array[] {
  const middle = 2 * Math.floor(bytes.length / 4);
  return [bytes.subarray(0, middle), bytes.subarray(middle)];
}

async function expectFrames(image: SlideImage): Promise<void> {
  const level = image.levels[0] as FileLevel;
  for (const [column, jpeg] of JPEGS.entries()) {
    expect(await tileJpeg(image, level, column, 0)).toEqual(new Uint8Array(jpeg));
  }
}

describe('encapsulated frames', () => {
  const offsets = [0, 8 + FIRST.length, 16 + FIRST.length + SECOND.length];

  test('are found by the basic offset table', async () => {
    await expectFrames(await openImage(encapsulatedFile(grid(3, 1, 3), JPEGS, offsets)));
  });

  test('are found without a table, one fragment to a frame', async () => {
    await expectFrames(await openImage(encapsulatedFile(grid(3, 1, 3), JPEGS)));
  });

  test('are found without a table, several fragments to a frame', async () => {
    const fragments = [...halves(FIRST), SECOND, ...halves(THIRD)];
    await expectFrames(await openImage(encapsulatedFile(grid(3, 1, 3), fragments)));
  });

  test('are found where the table points at frames of several fragments', async () => {
    const fragments = [...halves(FIRST), SECOND, ...halves(THIRD)];
    const at = [0, 16 + FIRST.length, 24 + FIRST.length + SECOND.length];
    await expectFrames(await openImage(encapsulatedFile(grid(3, 1, 3), fragments, at)));
  });

  test('are found where the table is wrong', async () => {
    const wrong = [0, 5, 99];
    await expectFrames(await openImage(encapsulatedFile(grid(3, 1, 3), JPEGS, wrong)));
  });

  test('that are missing are refused', async () => {
    const image = await openImage(encapsulatedFile(grid(3, 1, 3), [FIRST, SECOND]));
    await expect(image.levels[0]?.locateTile(2, 0)).rejects.toMatchObject({
      code: 'format.damaged',
    });
  });
});

test('the parts of a concatenation are one level, whatever order they come in', async () => {
  const frame = (value: number) => new Uint8Array(SIDE * SIDE * 3).fill(value);
  const part = (first: number, frames: number, pixels: Uint8Array) =>
    dicomFile(
      [
        ...grid(3, 1, frames).filter(({ tag }) => tag !== 0x0028_0004),
        text(0x0028_0004, 'CS', 'RGB'),
        text(0x0008_0018, 'UI', `1.2.${first + 3}`),
        text(0x0020_9161, 'UI', '1.2.3.4'),
        uint32(0x0020_9228, first),
      ],
      pixels,
    );
  const both = new Uint8Array([...frame(10), ...frame(20)]);
  const image = await openImage(part(2, 1, frame(30)), part(0, 2, both));
  expect(image.levels.length).toBe(1);
  for (const column of [0, 1, 2]) {
    const raster = await tilePixels(image, image.levels[0] as FileLevel, column, 0);
    expect(raster?.data[0]).toBe(10 * (column + 1));
  }
});

test('restart intervals are found by their markers where the file does not list them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ndpi-'));
  try {
    const path = join(folder, 'slide.ndpi');
    writeAddressedSlide(path, { layout: 'ndpi' });
    const bytes = new Uint8Array(readFileSync(path));
    // Tag 65426, type LONG, becomes a tag that nobody knows.
    for (let at = 0; at < bytes.length - 4; at++) {
      const isTag = bytes[at] === 0x92 && bytes[at + 1] === 0xff && bytes[at + 2] === 4;
      if (isTag && bytes[at + 3] === 0) bytes[at] = 0xf0;
    }
    const image = await openImage(bytes);
    const level = image.levels[0] as FileLevel;
    const raster = await tilePixels(image, level, 1, 1);
    if (raster === undefined) throw new Error('no pixels');
    const found = addressOf(crop(raster, { x: 256, y: 256, width: 256, height: 256 }));
    expect(found).toEqual({ level: 0, column: 3, row: 3 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
