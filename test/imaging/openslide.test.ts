import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addressOf, expectedRegion, writeAddressedSlide } from '../../fixtures/addressed-slide.ts';
import { writeVms } from '../../fixtures/writers/vms.ts';
import type { OpenSlideFindings } from '../../server/imaging/decode-protocol.ts';
import { describeByLibrary } from '../../server/slides/open-original.ts';
import { layOutForOpenSlide } from '../../server/slides/openslide-folder.ts';
import { AppError, describeError } from '../../shared/errors/app-error.ts';
import { bytesSource } from '../../shared/bytes/bytes-source.ts';
import { slideFileAt } from '../real-slides.ts';
import { crop } from '../slide-format/tile-pixels.ts';
import { decodeReference, meanDifference } from './pixel-reference.ts';
import { startTileWorks, type TileWorks } from './served-slide.ts';

let works: TileWorks;
let path: string;
/** undefined: this machine has no libopenslide. */
let findings: OpenSlideFindings | undefined;
let refusal: unknown;

beforeAll(async () => {
  works = await startTileWorks();
  path = join(works.folder, 'by-library.svs');
  writeAddressedSlide(path, { layout: 'svs' });
  try {
    findings = await works.decode.run({ kind: 'openslide-open', path, vendor: '3DHISTECH' });
  } catch (cause) {
    refusal = cause;
  }
});
afterAll(() => works.dispose());

test('with libopenslide the levels are known; without it the reader is told what to install', () => {
  if (findings === undefined) {
    expect(refusal).toMatchObject({ code: 'format.needs-openslide' });
    return;
  }
  const properties = describeByLibrary(findings);
  expect(properties.pyramid).toMatchObject({ widthPx: 1_400, heightPx: 1_100 });
  expect(properties.mpp?.x).toBeCloseTo(0.25);
  expect(properties.pyramid.levels.every((level) => level.tileWidthPx === 512)).toBe(true);
  expect(properties.associated.map(({ kind }) => kind).sort()).toEqual([
    'label',
    'macro',
    'thumbnail',
  ]);
});

test('a region that libopenslide reads is what our own reader shows', async () => {
  if (findings === undefined) {
    expect(refusal).toBeInstanceOf(AppError);
    return;
  }
  const slide = await works.serve([slideFileAt(path)]);
  const own = await decodeReference((await slide.read(0, 2, 1)).bytes);
  const { jpeg } = await works.decode.run({
    kind: 'openslide-region',
    path,
    level: 0,
    x: 512,
    y: 256,
    widthPx: 256,
    heightPx: 256,
    halvings: 0,
    fitPx: null,
  });
  expect(meanDifference(await decodeReference(jpeg), own)).toBeLessThanOrEqual(2);
});

test('a VMS, an index with pictures beside it, is read tile by tile where libopenslide is', async () => {
  const [width, height] = [2048, 1536];
  const region = (x: number, y: number, w: number, h: number) =>
    expectedRegion(0, { x, y, width: w, height: h });
  const thumbnail = region(0, 0, 128, 96);
  const { paths } = writeVms(join(works.folder, 'slide.vms'), {
    levels: [{ width, height, downsample: 1, region }],
    ...{ mpp: 0.5, objectivePower: 20, barcode: 'DEMO-0001', scannedAt: '2026-03-14T09:26:53' },
    ...{ label: thumbnail, macro: thumbnail, thumbnail },
  });
  const files = paths.map((at) => ({ ...slideFileAt(at), path: basename(at) }));
  if (findings === undefined) {
    await expect(works.serve(files)).rejects.toMatchObject({ code: 'format.needs-openslide' });
    return;
  }
  const slide = await works.serve(files);
  expect(slide.properties).toMatchObject({ mpp: { x: 0.5, y: 0.5 }, objectivePower: 20 });
  expect(slide.properties.pyramid).toMatchObject({ widthPx: width, heightPx: height });
  for (const [column, row] of [
    [0, 0],
    [3, 2],
  ] as const) {
    const shown = await decodeReference((await slide.read(0, column, row)).bytes);
    for (const [right, down] of [
      [0, 0],
      [1, 1],
    ] as const) {
      const found = addressOf(
        crop(shown, { x: right * 256, y: down * 256, width: 256, height: 256 }),
      );
      expect(found).toEqual({ level: 0, column: column * 2 + right, row: row * 2 + down });
    }
  }
});

test('what is not a slide is refused by name, and the process goes on', async () => {
  const job = { kind: 'openslide-open', path: '/dev/null', vendor: 'X' } as const;
  const failure = await works.decode.run(job).catch((cause: unknown) => cause as AppError);
  expect(failure).toMatchObject({
    code: findings === undefined ? 'format.needs-openslide' : 'format.unknown',
  });
});

test('the sentence says what to install, in both languages', () => {
  for (const language of ['zh', 'en'] as const) {
    const { what, next } = describeError(
      'format.needs-openslide',
      { vendor: '3DHISTECH' },
      language,
    );
    expect(what).toContain('3DHISTECH');
    expect(next).toContain('libopenslide0');
  }
});

test('files are laid out under their own names, and a name that leaves the folder is refused', async () => {
  const scratch = join(works.folder, 'laid-out');
  const source = bytesSource(new TextEncoder().encode('bytes'));
  const files = [
    { path: 'slide/Slidedat.ini', source },
    { path: 'slide.mrxs', source },
  ];
  // Bytes without a path are copied, and a copy belongs to whoever asked for it.
  const laid = await layOutForOpenSlide(scratch, 'key', files);
  const other = await layOutForOpenSlide(scratch, 'key', files);
  expect(laid.path.endsWith('/slide.mrxs')).toBe(true);
  await laid.remove();
  expect(await readFile(other.path, 'utf8')).toBe('bytes');
  await other.remove();
  const leaving = [{ path: '../../etc/passwd', source }];
  await expect(layOutForOpenSlide(scratch, 'key', leaving)).rejects.toBeInstanceOf(AppError);
});
