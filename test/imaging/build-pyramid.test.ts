import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeAddressedSlide } from '../../fixtures/addressed-slide.ts';
import { buildPyramid } from '../../server/imaging/build-pyramid.ts';
import { sharp } from '../../server/imaging/codecs/sharp-engine.ts';
import { slideFileAt } from '../real-slides.ts';
import { cutOut, decodeReference, meanDifference } from './pixel-reference.ts';
import { startTileWorks, type TileWorks } from './served-slide.ts';
import { walkTiles } from './served-tiles.ts';

let works: TileWorks;
let folder: string;
beforeAll(async () => {
  works = await startTileWorks();
  folder = await mkdtemp(join(tmpdir(), 'farscope-pyramid-'));
});
afterAll(async () => {
  await works.dispose();
  await rm(folder, { recursive: true, force: true });
});

async function build(from: string, into: string, signal = new AbortController().signal) {
  const progress: number[] = [];
  await buildPyramid({ from, into, signal, onProgress: (value) => progress.push(value) });
  return progress;
}

/** A strip TIFF whose pixels are known, and the same picture in other formats. */
async function pictures(): Promise<string[]> {
  const tiff = join(folder, 'picture.tif');
  if (!existsSync(tiff)) {
    writeAddressedSlide(tiff, { layout: 'tiff-strips', width: 1_300, height: 900 });
    const source = sharp(tiff);
    await source.clone().jpeg({ quality: 97 }).toFile(join(folder, 'picture.jpg'));
    await source.clone().png().toFile(join(folder, 'picture.png'));
    await source.clone().webp({ lossless: true }).toFile(join(folder, 'picture.webp'));
  }
  return ['tif', 'jpg', 'png', 'webp'].map((end) => join(folder, `picture.${end}`));
}

test.each([0, 1, 2, 3])(
  'flat picture %i (TIFF, JPEG, PNG, WebP) becomes tiles that show it',
  async (index) => {
    const path = (await pictures())[index] ?? '';
    const into = join(folder, `built-${index}.tif`);
    const progress = await build(path, into);
    expect(progress.every((value, i) => value >= (progress[i - 1] ?? 0) && value <= 1)).toBe(true);
    const slide = await works.serve([slideFileAt(into)]);
    expect(slide.properties.pyramid.levels.length).toBeGreaterThanOrEqual(3);
    const whole = await decodeReference(path);
    for await (const tile of walkTiles(slide)) {
      if (tile.level > 0) break;
      const shown = await decodeReference(tile.bytes);
      expect(meanDifference(shown, cutOut(whole, tile.area))).toBeLessThanOrEqual(2);
    }
  },
);

test('a picture that is cut short fails with a name and leaves nothing behind', async () => {
  const bytes = await readFile((await pictures())[1] ?? '');
  const path = join(folder, 'short.jpg');
  await writeFile(path, bytes.subarray(0, bytes.length >> 1));
  const into = join(folder, 'short.tif');
  await expect(build(path, into)).rejects.toMatchObject({ code: 'format.damaged' });
  expect((await readdir(folder)).filter((name) => name.startsWith('short.tif'))).toEqual([]);
});

test('a build that is called off leaves nothing behind, and the next one succeeds', async () => {
  const path = (await pictures())[2] ?? '';
  const into = join(folder, 'called-off.tif');
  const calling = new AbortController();
  const building = build(path, into, calling.signal);
  calling.abort(new Error('called off'));
  await expect(building).rejects.toThrow('called off');
  expect((await readdir(folder)).filter((name) => name.startsWith('called-off'))).toEqual([]);
  await build(path, into);
  expect(existsSync(into)).toBe(true);
});

test('text that is named a picture, and a vector picture, are refused', async () => {
  for (const text of [
    'just words',
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
  ]) {
    const path = join(folder, 'words.png');
    await writeFile(path, text);
    await expect(build(path, join(folder, 'words.tif'))).rejects.toMatchObject({
      code: 'format.damaged',
    });
  }
});
