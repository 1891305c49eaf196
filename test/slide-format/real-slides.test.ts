import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { writeAddressedSlide } from '../../fixtures/addressed-slide.ts';
import type { Raster } from '../../server/imaging/jpeg.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { openSlide } from '../../shared/slide-format/open-slide.ts';
import type { FileLevel, SlideImage } from '../../shared/slide-format/slide-image.ts';
import { hasRealSlides, realSlide, realSlidePath, slideFileAt } from '../real-slides.ts';
import { crop, meanDifference, tilePixels } from './tile-pixels.ts';

/** The names, and what their manifest expects; the last column names the refusal. */
const PYRAMIDS: readonly (readonly [string, string, number])[] = [
  ['CMU-1-Small-Region.svs', 'aperio-svs', 1],
  ['tiny-jp2k-or-jpeg.svs', 'aperio-svs', 1],
  ['openslide-py-boxes.tiff', 'generic-tiff', 4],
  ['OS-2-ndpi.ome.tif', 'ome-tiff', 1],
  ['fluorescence-DAPI.ndpi', 'hamamatsu-ndpi', 4],
  ['camelyon_multiframe_jpeg.dcm', 'dicom', 1],
  ['pathml_small_dicom.dcm', 'dicom', 1],
  ['li_yb10kx5k.zstd.tiff', 'generic-tiff', 5],
];
const REFUSALS: readonly (readonly [string, string, Record<string, string>])[] = [
  [
    'highdicom_sm_image_jpegls.dcm',
    'format.unsupported-compression',
    { compression: 'JPEG-LS lossless' },
  ],
  [
    'ojpeg-tile.tif',
    'format.unsupported-compression',
    { compression: 'old-style JPEG (TIFF compression 6)' },
  ],
  ['multi-channel-z-series.ome.tif', 'format.unsupported-layout', { layout: 'several-channels' }],
  ['aics_RGB-8bit.czi', 'format.unsupported-vendor', { vendor: 'Zeiss CZI' }],
];

async function openPyramid(...names: readonly string[]): Promise<SlideImage> {
  const opened = await openSlide(realSlide(...names));
  if (opened.kind !== 'pyramid') throw new Error(`${names[0]} is ${opened.kind}`);
  return opened.image;
}

/** The same rectangle as libtiff reads it through sharp, for files that it reads in right colours. */
async function referencePixels(name: string, page: number, x: number, y: number, tile: Raster) {
  const { width, height } = tile;
  const { data } = await sharp(realSlidePath(name), { page, failOn: 'none' })
    .extract({ left: x, top: y, width, height })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data), width, height, channels: 3 } as const;
}

async function compareTile(name: string, page: number, at: readonly [number, number, number]) {
  const [index, column, row] = at;
  const image = await openPyramid(name);
  const level = image.levels[index] as FileLevel;
  const raster = await tilePixels(image, level, column, row);
  if (raster === undefined) throw new Error('tile cannot be decoded here');
  const x = column * level.tileWidthPx;
  const y = row * level.tileHeightPx;
  const width = Math.min(raster.width, level.widthPx - x);
  const height = Math.min(raster.height, level.heightPx - y);
  const tile = crop(raster, { x: 0, y: 0, width, height });
  return meanDifference(tile, await referencePixels(name, page, x, y, tile));
}

function testRealSlides(): void {
  test.each(PYRAMIDS)('%s opens as %s with %i levels', async (name, format, levels) => {
    const image = await openPyramid(name);
    expect(image.properties.format).toBe(format);
    expect(image.levels.length).toBe(levels);
    for (const level of [...image.levels, ...image.associated]) {
      expect((await level.locateTile(0, 0)).kind).not.toBe('empty');
    }
  });

  test.each(REFUSALS)('%s is refused by %s', async (name, code, fields) => {
    const refusal: unknown = await openSlide(realSlide(name)).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(AppError);
    expect(refusal).toMatchObject({ code, fields });
  });

  test('an OME-TIFF in strips with separate planes is a flat picture with its mpp', async () => {
    const opened = await openSlide(realSlide('qupath-cells.ome.tif'));
    expect(opened).toMatchObject({ kind: 'flat', widthPx: 93, heightPx: 131, mpp: { x: 0.25 } });
  });

  test('the two files of a DICOM series are one slide with its label', async () => {
    const image = await openPyramid('boxes_dcm/boxes_1.dcm', 'boxes_dcm/boxes_0.dcm');
    expect(image.levels.map(({ widthPx }) => widthPx)).toEqual([16]);
    expect(image.associated.length).toBe(1);
    expect(image.properties.mpp?.x).toBeCloseTo(0.499);
  });

  test('label, macro and thumbnail of an Aperio slide are set apart', async () => {
    const image = await openPyramid('CMU-1-Small-Region.svs');
    expect(image.associated.map(({ kind }) => kind)).toEqual(['thumbnail', 'label', 'macro']);
    expect(image.properties).toMatchObject({
      objectivePower: 20,
      scannedAt: '2009-12-29T09:59:15',
    });
  });

  test.each([
    ['CMU-1-Small-Region.svs', 0, [0, 3, 3]],
    ['CMU-1-Small-Region.svs', 0, [0, 9, 12]],
    ['tiny-jp2k-or-jpeg.svs', 0, [0, 0, 0]],
    ['openslide-py-boxes.tiff', 0, [0, 2, 1]],
    ['openslide-py-boxes.tiff', 2, [2, 0, 0]],
    ['fluorescence-DAPI.ndpi', 0, [0, 0, 7]],
    ['fluorescence-DAPI.ndpi', 1, [1, 0, 9]],
    ['fluorescence-DAPI.ndpi', 2, [2, 0, 1]],
  ] as const)('%s: a tile of page %i shows what libtiff decodes', async (name, page, at) => {
    expect(await compareTile(name, page, at)).toBeLessThanOrEqual(2);
  });

  test('JFIF tiles under a photometric tag of RGB are YCbCr: glass is bright and without colour', async () => {
    const image = await openPyramid('OS-2-ndpi.ome.tif');
    const raster = await tilePixels(image, image.levels[0] as FileLevel, 0, 0);
    if (raster === undefined) throw new Error('no pixels');
    const glass = crop(raster, { x: 300, y: 10, width: 40, height: 20 });
    const means = [0, 1, 2].map(
      (channel) =>
        glass.data.filter((_, at) => at % 3 === channel).reduce((a, b) => a + b, 0) / 800,
    );
    expect(Math.min(...means)).toBeGreaterThan(210);
    expect(Math.max(...means) - Math.min(...means)).toBeLessThan(20);
  });
}

/** Where the real slides are not at hand, a written one of the same kind takes the place of the first. */
function testWrittenSlide(): void {
  test('a written SVS opens in place of the real ones', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'written-')), 'slide.svs');
    writeAddressedSlide(path, { layout: 'svs' });
    const opened = await openSlide([slideFileAt(path)]);
    expect(opened).toMatchObject({
      kind: 'pyramid',
      image: { properties: { format: 'aperio-svs' } },
    });
  });
}

describe('real slides', hasRealSlides ? testRealSlides : testWrittenSlide);
