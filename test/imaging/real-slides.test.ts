import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeAddressedSlide } from '../../fixtures/addressed-slide.ts';
import type { Raster } from '../../server/imaging/jpeg.ts';
import { ycbcrToRgb } from '../../shared/slide-format/samples/ycbcr.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { PyramidLevel } from '../../shared/slide/pyramid.ts';
import { hasRealSlides, realSlide, realSlidePath, slideFileAt } from '../real-slides.ts';
import {
  cutOut,
  decodeReference,
  halve,
  MAX_MEAN_DIFFERENCE,
  meanDifference,
  scanSegments,
} from './pixel-reference.ts';
import { startTileWorks, type ServedSlide, type TileWorks } from './served-slide.ts';
import { referenceLevel } from './reference-level.ts';
import { walkTiles } from './served-tiles.ts';

let works: TileWorks;
beforeAll(async () => {
  works = await startTileWorks();
});
afterAll(() => works.dispose());

/** What a level of the file shows, decoded by libvips. */
type ReadPage = (fileLevel: number) => Promise<Raster>;

interface Subject {
  readonly slide: ServedSlide;
  /** All bytes of its files. */
  readonly bytes: Buffer;
  readonly page: ReadPage;
}

/** What a level shows: the file's own, or one halved as often as the pyramid says. */
async function expectedLevel({ slide, page }: Subject, level: number): Promise<Raster> {
  const { levels } = slide.properties.pyramid;
  let source = level;
  while (levels[source]?.fileLevel === null) source--;
  let raster = await page(levels[source]?.fileLevel ?? 0);
  for (let i = source; i < level; i++) raster = halve(raster);
  return raster;
}

/** Every tile of every level against the reference, passed-through ones against the file's bytes too. */
async function expectRightPixels(given: Subject): Promise<{ stored: number; composed: number }> {
  const counts = { stored: 0, composed: 0 };
  const known = new Map<PyramidLevel, Raster>();
  for await (const tile of walkTiles(given.slide)) {
    const whole = known.get(tile.served) ?? (await expectedLevel(given, tile.level));
    known.set(tile.served, whole);
    const shown = await decodeReference(tile.bytes);
    const difference = meanDifference(shown, cutOut(whole, tile.area));
    const where = `level ${tile.level}, column ${tile.column}, row ${tile.row}`;
    expect(difference, where).toBeLessThanOrEqual(MAX_MEAN_DIFFERENCE);
    if (tile.origin === 'file') {
      counts.stored++;
      const isStored = scanSegments(tile.bytes).every((part) => given.bytes.includes(part));
      expect(isStored, where).toBe(true);
      expect(difference, where).toBeLessThan(0.5);
    } else counts.composed++;
  }
  return counts;
}

/** libvips believes the photometric tag of a TIFF; this JPEG says in its own markers that it is YCbCr. */
function asYcbcr(raster: Raster): Raster {
  const wide = new Uint8Array(raster.width * raster.height * 4);
  for (let i = 0; i < raster.width * raster.height; i++) {
    wide.set(raster.data.subarray(i * 3, i * 3 + 3), i * 4);
  }
  ycbcrToRgb(wide);
  const data = raster.data.map((_, i) => wide[Math.floor(i / 3) * 4 + (i % 3)] ?? 0);
  return { ...raster, data };
}

async function served(...names: readonly string[]): Promise<Omit<Subject, 'page'>> {
  const slide = await works.serve(realSlide(...names));
  const bytes = Buffer.concat(names.map((name) => readFileSync(realSlidePath(name))));
  return { slide, bytes };
}

/** They may not be given away with the product; without them the last test stands in. */
function testRealSlides(): void {
  test('Aperio SVS with RGB JPEG: colours of the scan, inner tiles its very data', async () => {
    const path = realSlidePath('CMU-1-Small-Region.svs');
    const given = await served('CMU-1-Small-Region.svs');
    const counts = await expectRightPixels({ ...given, page: () => decodeReference(path) });
    expect(counts).toEqual({ stored: 108, composed: 36 });
  });

  test('OME-TIFF whose tag says RGB and whose JPEG says YCbCr: brown is brown', async () => {
    const path = realSlidePath('OS-2-ndpi.ome.tif');
    const given = await served('OS-2-ndpi.ome.tif');
    const page = async () => asYcbcr(await decodeReference(path));
    const counts = await expectRightPixels({ ...given, page });
    expect(counts.stored).toBe(16);
  });

  test('generic TIFF with Deflate and several levels: each level from its own page', async () => {
    const path = realSlidePath('openslide-py-boxes.tiff');
    const given = await served('openslide-py-boxes.tiff');
    await expectRightPixels({ ...given, page: (level) => decodeReference(path, level) });
  });

  test.each([
    ['Hamamatsu NDPI, fluorescence', ['fluorescence-DAPI.ndpi']],
    ['DICOM, YBR_FULL_422 frames', ['camelyon_multiframe_jpeg.dcm']],
    ['DICOM, RGB frames', ['pathml_small_dicom.dcm']],
    ['Aperio SVS of one tile', ['tiny-jp2k-or-jpeg.svs']],
    ['DICOM series', ['boxes_dcm/boxes_0.dcm', 'boxes_dcm/boxes_1.dcm']],
  ] as const)('%s: every tile as its own codestreams decode', async (_what, names) => {
    const given = await served(...names);
    const page = referenceLevel(realSlide(...names));
    const counts = await expectRightPixels({ ...given, page });
    expect(counts.stored + counts.composed).toBeGreaterThan(0);
  });

  test('ZSTD, which libvips here cannot read: as libopenslide shows it, where there is one', async () => {
    const given = await served('li_yb10kx5k.zstd.tiff');
    const { bytes } = await given.slide.read(2, 1, 0);
    const shown = await decodeReference(bytes);
    const region = { x: 1024, y: 0, widthPx: 1024, heightPx: 1024 };
    const path = realSlidePath('li_yb10kx5k.zstd.tiff');
    const job = { kind: 'openslide-region', path, level: 2, halvings: 0, fitPx: null } as const;
    const reference = await works.decode
      .run({ ...job, ...region })
      .catch((cause: unknown) => cause as AppError);
    if (reference instanceof AppError) expect(reference.code).toBe('format.needs-openslide');
    else {
      const expected = await decodeReference(reference.jpeg);
      expect(meanDifference(shown, expected)).toBeLessThanOrEqual(MAX_MEAN_DIFFERENCE);
    }
  });

  test.each([
    ['highdicom_sm_image_jpegls.dcm', 'format.unsupported-compression'],
    ['ojpeg-tile.tif', 'format.unsupported-compression'],
    ['multi-channel-z-series.ome.tif', 'format.unsupported-layout'],
    ['aics_RGB-8bit.czi', 'format.unsupported-vendor'],
  ])('%s is refused by name', async (name, code) => {
    await expect(works.serve(realSlide(name))).rejects.toMatchObject({ code });
  });
}

if (hasRealSlides) describe('real slides', testRealSlides);

test('a slide made here stands in where the real ones are not: libvips and we see the same', async () => {
  const path = join(works.folder, 'made-here.svs');
  writeAddressedSlide(path, { layout: 'svs', width: 900, height: 700 });
  const slide = await works.serve([slideFileAt(path)]);
  // Page 1 of an SVS is its thumbnail.
  const pages = [0, 2, 3];
  const page = (level: number) => decodeReference(path, pages[level] ?? 0);
  const counts = await expectRightPixels({ slide, bytes: readFileSync(path), page });
  expect(counts.stored).toBeGreaterThan(0);
  expect(counts.composed).toBeGreaterThan(0);
});
