import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addressOf,
  expectedRegion,
  type LayoutId,
  LAYOUTS,
  writeAddressedSlide,
} from '../../fixtures/addressed-slide.ts';
import type { Raster } from '../../server/imaging/jpeg.ts';
import { slideFileAt } from '../real-slides.ts';
import { cutOut, decodeReference, halve, meanDifference } from './pixel-reference.ts';
import { startTileWorks, type TileWorks } from './served-slide.ts';
import { walkTiles } from './served-tiles.ts';

let works: TileWorks;
beforeAll(async () => {
  works = await startTileWorks();
});
afterAll(() => works.dispose());

/** Flat pictures are no slides yet; ndpi-wide is 66,048 px wide and has its own test. */
const LAYOUTS_HERE = (Object.keys(LAYOUTS) as LayoutId[]).filter(
  (id) => id !== 'tiff-strips' && id !== 'ndpi-wide',
);
/**
 * The pattern is flat cells with hard edges, and the writers' own JPEG blurs those at 4:2:0. A tile of any other
 * address differs by 25 and more.
 */
const MAX_FROM_PATTERN = 6;

async function serveLayout(id: LayoutId) {
  const path = join(works.folder, `${id}${LAYOUTS[id].extension}`);
  if (LAYOUTS[id].extension === '') await mkdir(path, { recursive: true });
  const written = writeAddressedSlide(path, { layout: id });
  return { written, slide: await works.serve(written.paths.map(slideFileAt)) };
}

test.each(LAYOUTS_HERE)('%s: every tile of every level shows its own address', async (id) => {
  const { written, slide } = await serveLayout(id);
  const { levels } = slide.properties.pyramid;
  const known = new Map<number, Raster>();

  /** The pattern of a level; of a composed one, what halving the finer one gives. */
  function patternOf(level: number): Raster {
    const found = known.get(level);
    const served = levels[level];
    if (found !== undefined || served === undefined) return found as Raster; // every level is served
    const area = { x: 0, y: 0, width: served.widthPx, height: served.heightPx };
    const raster =
      served.fileLevel === null
        ? halve(patternOf(level - 1))
        : expectedRegion(served.fileLevel, area, written.tile);
    known.set(level, raster);
    return raster;
  }

  for await (const tile of walkTiles(slide)) {
    const shown = await decodeReference(tile.bytes);
    const where = `level ${tile.level}, column ${tile.column}, row ${tile.row}`;
    const difference = meanDifference(shown, cutOut(patternOf(tile.level), tile.area));
    expect(difference, where).toBeLessThan(MAX_FROM_PATTERN);
    const whole = tile.area.width === written.tile && tile.area.height === written.tile;
    if (whole && tile.served.fileLevel !== null && tile.served.tileWidthPx === written.tile) {
      const { column, row } = tile;
      expect(addressOf(shown), where).toEqual({ level: tile.served.fileLevel, column, row });
    }
  }
});

test('a JPEG slide wider than 65,535 px is cut at its restart markers, to the last column', async () => {
  const { slide } = await serveLayout('ndpi-wide');
  const served = slide.properties.pyramid.levels[0];
  if (served === undefined) throw new Error('a slide has a level 0');
  expect(served.widthPx).toBeGreaterThan(65_535);
  const column = Math.ceil(served.widthPx / served.tileWidthPx) - 1;
  const shown = await decodeReference((await slide.read(0, column, 0)).bytes);
  const area = {
    x: column * served.tileWidthPx,
    y: 0,
    width: served.widthPx - column * served.tileWidthPx,
    height: Math.min(served.tileHeightPx, served.heightPx),
  };
  expect(meanDifference(shown, expectedRegion(0, area, 256))).toBeLessThan(MAX_FROM_PATTERN);
});

test('a tile beyond the last column or row is refused, the last ones are served', async () => {
  const { slide } = await serveLayout('tiff-lzw');
  const outside = { code: 'tile.outside' };
  await expect(slide.read(0, 5, 4)).resolves.toBeDefined();
  await expect(slide.read(0, 6, 0)).rejects.toMatchObject(outside);
  await expect(slide.read(0, 0, 5)).rejects.toMatchObject(outside);
  await expect(slide.read(9, 0, 0)).rejects.toMatchObject(outside);
});

test('tiles that a sparse slide leaves out are its background, not an error', async () => {
  const path = join(works.folder, 'holes');
  await mkdir(path);
  const written = writeAddressedSlide(path, {
    layout: 'dicom-sparse',
    isHole: (level, column, row) => level === 0 && column === 1 && row === 1,
  });
  const slide = await works.serve(written.paths.map(slideFileAt));
  const { data } = await decodeReference((await slide.read(0, 1, 1)).bytes);
  expect(data.every((sample) => sample > 250)).toBe(true);
});
