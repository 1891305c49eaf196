import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AddressedSlide,
  addressOf,
  type LayoutId,
  LAYOUTS,
  writeAddressedSlide,
} from '../../fixtures/addressed-slide.ts';
import { openSlide } from '../../shared/slide-format/open-slide.ts';
import type { FileLevel, SlideImage } from '../../shared/slide-format/slide-image.ts';
import { slideFileAt } from '../real-slides.ts';
import { crop, tilePixels } from './tile-pixels.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'layouts-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function openLayout(
  layout: LayoutId,
  isHole?: (level: number, column: number, row: number) => boolean,
): Promise<{ slide: AddressedSlide; image: SlideImage }> {
  const name = `${layout}${isHole === undefined ? '' : '-holes'}${LAYOUTS[layout].extension}`;
  const slide = writeAddressedSlide(join(folder, name), {
    layout,
    ...(isHole === undefined ? {} : { isHole }),
  });
  const opened = await openSlide(slide.paths.map(slideFileAt));
  if (opened.kind !== 'pyramid') throw new Error(`${layout} opened as ${opened.kind}`);
  return { slide, image: opened.image };
}

/** Checks every addressed tile that lies whole inside a located one. */
async function expectAddresses(image: SlideImage, index: number, side: number): Promise<number> {
  const level = image.levels[index] as FileLevel;
  let checked = 0;
  const columns = Math.ceil(level.widthPx / level.tileWidthPx);
  const rows = Math.ceil(level.heightPx / level.tileHeightPx);
  for (const row of new Set([0, Math.floor(rows / 2), rows - 1])) {
    for (const column of new Set([0, Math.floor(columns / 2), columns - 1])) {
      const raster = await tilePixels(image, level, column, row);
      if (raster === undefined) continue;
      const left = column * level.tileWidthPx;
      const top = row * level.tileHeightPx;
      const right = Math.min(level.widthPx - left, raster.width);
      const bottom = Math.min(level.heightPx - top, raster.height);
      for (let y = (side - (top % side)) % side; y + side <= bottom; y += side) {
        for (let x = (side - (left % side)) % side; x + side <= right; x += side) {
          const found = addressOf(crop(raster, { x, y, width: side, height: side }));
          const expected = { level: index, column: (left + x) / side, row: (top + y) / side };
          expect(found).toEqual(expected);
          checked += 1;
        }
      }
    }
  }
  return checked;
}

const PYRAMIDS = (Object.keys(LAYOUTS) as LayoutId[]).filter((id) => id !== 'tiff-strips');
/** Codecs that this test decodes itself; the imaging tests compare the others pixel by pixel. */
const DECODED_ELSEWHERE: readonly LayoutId[] = [
  'svs-jp2k',
  'svs-jp2k-rgb',
  'dicom-jp2k',
  'tiff-lzw',
];

describe.each(PYRAMIDS)('a slide in the layout %s', (layout) => {
  test('opens with its levels, and every tile is the one that was written there', async () => {
    const { slide, image } = await openLayout(layout);
    expect(
      image.levels.map(({ widthPx, heightPx, downsample }) => [widthPx, heightPx, downsample]),
    ).toEqual(slide.levels.map(({ width, height, downsample }) => [width, height, downsample]));
    let checked = 0;
    for (const index of image.levels.keys())
      checked += await expectAddresses(image, index, slide.tile);
    if (!DECODED_ELSEWHERE.includes(layout)) expect(checked).toBeGreaterThan(3);
  });
});

const WITH_METADATA: readonly LayoutId[] = [
  'svs',
  'ome-tiff',
  'ndpi',
  'scn',
  'bif',
  'philips',
  'philips-pages',
  'dicom',
  'dicom-raw',
];

describe.each(WITH_METADATA)('the metadata of %s', (layout) => {
  test('mpp, magnification, date and the pictures beside the slide are recognised', async () => {
    const { slide, image } = await openLayout(layout);
    const { properties } = image;
    expect(properties.mpp?.x).toBeCloseTo(0.25, 3);
    expect(properties.mpp?.y).toBeCloseTo(0.25, 3);
    expect(properties.objectivePower).toBe(40);
    expect(properties.scannedAt).toContain('2026-03-14T09:26:53');
    // An NDPI's map of focus points shows the label too: it is not offered as a thumbnail.
    const expected = slide.associated.filter((kind) => layout !== 'ndpi' || kind !== 'thumbnail');
    expect(image.associated.map(({ kind }) => kind).toSorted()).toEqual(expected.toSorted());
    if (layout !== 'ome-tiff') expect(properties.barcode).toBe('DEMO-0001');
    for (const picture of image.associated) {
      expect((await picture.locateTile(0, 0)).kind).toBe('stored');
    }
  });
});

test('places that were not scanned are empty, their neighbours are not', async () => {
  for (const layout of ['philips', 'dicom-sparse'] as const) {
    const { image } = await openLayout(layout, (_, column, row) => column === 1 && row === 1);
    const level = image.levels[0] as FileLevel;
    expect((await level.locateTile(1, 1)).kind).toBe('empty');
    expect((await level.locateTile(2, 1)).kind).toBe('stored');
  }
});

test('a TIFF in strips without levels is a flat picture', async () => {
  const slide = writeAddressedSlide(join(folder, 'strips.tif'), { layout: 'tiff-strips' });
  const opened = await openSlide([slideFileAt(slide.path)]);
  expect(opened).toMatchObject({ kind: 'flat', codec: 'tiff', widthPx: 1400, heightPx: 1100 });
});

test('an ICC profile is told by its size and read when it is asked for', async () => {
  const iccProfile = Uint8Array.from({ length: 300 }, (_, index) => index % 251);
  for (const layout of ['svs', 'dicom'] as const) {
    const path = join(folder, `icc-${layout}`);
    const slide = writeAddressedSlide(path, { layout, iccProfile });
    const opened = await openSlide(slide.paths.map(slideFileAt));
    if (opened.kind !== 'pyramid') throw new Error('not a pyramid');
    expect(opened.image.iccProfileBytes).toBe(300);
    expect(await opened.image.readIccProfile()).toEqual(iccProfile);
  }
});
