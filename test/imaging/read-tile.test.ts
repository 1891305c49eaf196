import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeAddressedSlide } from '../../fixtures/addressed-slide.ts';
import { createDecodePool, type DecodePool } from '../../server/imaging/decode-pool.ts';
import type { ByteSource } from '../../shared/bytes/byte-source.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { slideFileAt } from '../real-slides.ts';
import { startTileWorks, type TileWorks } from './served-slide.ts';

let works: TileWorks;
let jobs = 0;

/** The real pool, and how many jobs it was given. */
function counted(pool: DecodePool): DecodePool {
  return {
    ...pool,
    run: (job, options) => {
      jobs++;
      return pool.run(job, options);
    },
  };
}

beforeAll(async () => {
  works = await startTileWorks({ decode: counted(createDecodePool({ workers: 1 })) });
});
afterAll(() => works.dispose());

/** A file of which some bytes cannot be read for a while. */
function flaky(source: ByteSource) {
  const state = { failing: false, reads: 0 };
  const read: ByteSource['read'] = (offset, length, signal) => {
    state.reads++;
    if (state.failing) return Promise.reject(new AppError('tile.not-arrived', 'not yet'));
    return source.read(offset, length, signal);
  };
  return { source: { size: source.size, read }, state };
}

async function svs(name: string) {
  const path = join(works.folder, name);
  writeAddressedSlide(path, { layout: 'svs', width: 1_400, height: 1_100 });
  const file = slideFileAt(path);
  const { source, state } = flaky(file.source);
  return { slide: await works.serve([{ path: file.path, source }]), state };
}

test('an inner tile needs no decoding, a level between is composed once for all who ask at once', async () => {
  const { slide } = await svs('once.svs');
  jobs = 0;
  expect((await slide.read(0, 1, 1)).origin).toBe('file');
  expect(jobs).toBe(0);
  const tiles = await Promise.all([1, 2, 3, 4, 5].map(() => slide.read(1, 0, 0)));
  expect(jobs).toBe(1);
  expect(new Set(tiles.map(({ bytes }) => bytes.toString('base64'))).size).toBe(1);
});

test('a tile that two have asked for is in memory; a composed one outlives the memory on disk', async () => {
  const { slide, state } = await svs('kept.svs');
  await slide.read(0, 2, 2);
  expect((await slide.read(0, 2, 2)).origin).toBe('file');
  const { reads } = state;
  expect((await slide.read(0, 2, 2)).origin).toBe('memory');
  expect(works.tiles.peek(slide, { level: 0, column: 2, row: 2 })).toBeDefined();
  expect(state.reads).toBe(reads);
  const composed = await slide.read(1, 0, 0);
  expect(await works.disk.get(`${slide.originalKey}@1/1/0/0`)).toEqual(composed.bytes);
});

test('a read that fails is not kept: when the bytes have arrived the tile is served', async () => {
  const { slide, state } = await svs('arriving.svs');
  await slide.read(0, 0, 0);
  state.failing = true;
  const notArrived = { code: 'tile.not-arrived' };
  await expect(slide.read(0, 1, 0)).rejects.toMatchObject(notArrived);
  await expect(slide.read(1, 0, 0)).rejects.toMatchObject(notArrived);
  state.failing = false;
  expect((await slide.read(0, 1, 0)).origin).toBe('file');
  expect((await slide.read(1, 0, 0)).origin).toBe('composed');
});

test('a damaged codestream is unreadable, its neighbours are served', async () => {
  const path = join(works.folder, 'damaged.svs');
  writeAddressedSlide(path, { layout: 'svs', width: 1_400, height: 1_100 });
  const file = slideFileAt(path);
  const whole = await works.serve([file]);
  const { bytes } = await whole.read(0, 2, 1);
  const all = Buffer.from(await file.source.read(0, file.source.size));
  const at = all.indexOf(bytes.subarray(-400));
  all.fill(0, at - 200, at + 400);
  const source: ByteSource = {
    size: all.length,
    read: (offset, length) =>
      Promise.resolve(new Uint8Array(all.subarray(offset, offset + length))),
  };
  const slide = await works.serve([{ path: 'damaged.svs', source }]);
  // Column 2, row 1 of level 0 lies under column 0, row 0 of level 1.
  await expect(slide.read(1, 0, 0)).rejects.toMatchObject({ code: 'tile.unreadable' });
  await expect(slide.read(1, 1, 0)).resolves.toBeDefined();
  const around = await Promise.allSettled([slide.read(0, 1, 1), slide.read(0, 3, 1)]);
  expect(around.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
});

test('the thumbnail shows the whole slide in at most 512 px, and never the label', async () => {
  const { slide } = await svs('thumbnail.svs');
  const jpeg = Buffer.from(await works.pictures.thumbnail(slide));
  expect(jpeg.readUInt16BE(0)).toBe(0xffd8);
  const again = await works.pictures.thumbnail(slide);
  expect(Buffer.from(again).equals(jpeg)).toBe(true);
});

test('label and macro come whole; a picture that the slide lacks is said to be missing', async () => {
  const { slide } = await svs('associated.svs');
  for (const kind of ['label', 'macro'] as const) {
    const jpeg = Buffer.from(await works.pictures.associated(slide, kind));
    expect(jpeg.readUInt16BE(0)).toBe(0xffd8);
  }
  const path = join(works.folder, 'bare.tiff');
  writeAddressedSlide(path, { layout: 'tiff', width: 600, height: 500 });
  const bare = await works.serve([slideFileAt(path)]);
  await expect(works.pictures.associated(bare, 'label')).rejects.toMatchObject({
    code: 'slide.no-associated-image',
  });
});
