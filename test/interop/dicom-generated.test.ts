import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectedRegion, type LayoutId } from '../../fixtures/addressed-slide.ts';
import { srgbProfile } from '../../shared/interop/dicom/srgb-profile.ts';
import { derivedUid, seriesUidOf, studyUidOf } from '../../shared/interop/dicom/dicom-uid.ts';
import type { DicomJson } from '../../shared/interop/dicom/dicom-json.ts';
import { frameColoursOf } from '../../shared/interop/dicom/frame-colours.ts';
import type { SlideDetail } from '../../shared/slide/slide.ts';
import { hasRealSlides, realSlidePath } from '../real-slides.ts';
import { decodeReference, meanDifference } from '../imaging/pixel-reference.ts';
import {
  AS_STORED,
  type DicomClient,
  dicomClient,
  partsOf,
  pathOf,
  told,
  toldAll,
} from './dicom-client.ts';
import {
  sendAddressed,
  sendFiles,
  serveAddressedSlide,
  type ServedOverHttp,
} from './served-over-http.ts';
import { faultsOfImage, faultsOfValues } from './whole-slide-iod.ts';

const WIDTH = 1_403;
const HEIGHT = 1_101;
const TILE = 256;

let served: ServedOverHttp;
let client: DicomClient;
let images: readonly DicomJson[];
let base = '';
beforeAll(async () => {
  served = await serveAddressedSlide({
    layout: 'svs',
    width: WIDTH,
    height: HEIGHT,
    levels: [1, 4],
  });
  client = dicomClient(served.program);
  base = `/studies/${studyUidOf(served.slide.id)}/series/${seriesUidOf(served.slide.id)}`;
  images = await client.json(`${base}/metadata`);
});
afterAll(() => served.server.dispose());

async function frame(image: DicomJson | undefined, number: number, accept = 'image/jpeg') {
  const reply = await client.get(`${pathOf(image)}/frames/${number}`, accept);
  expect(reply.status).toBe(200);
  return Buffer.from(await reply.arrayBuffer());
}

describe('the metadata of a slide that is not DICOM', () => {
  test('is an instance for every served level', () => {
    const { levels } = served.slide.properties?.pyramid ?? { levels: [] };
    expect(images.map((image) => told(image, 'TotalPixelMatrixColumns'))).toEqual(
      levels.map(({ widthPx }) => widthPx),
    );
    expect(images.map((image) => toldAll(image, 'ImageType').join('\\'))).toEqual([
      'ORIGINAL\\PRIMARY\\VOLUME\\NONE',
      'DERIVED\\PRIMARY\\VOLUME\\RESAMPLED',
      'DERIVED\\PRIMARY\\VOLUME\\RESAMPLED',
    ]);
  });

  test('has all that PS3.3 A.32.8 demands, in values that fit', () => {
    for (const image of images) {
      expect(faultsOfImage(image)).toEqual([]);
      expect(faultsOfValues(image)).toEqual([]);
    }
  });

  test('says which levels were made here, and of the others nothing', () => {
    const derivations = images.map((image) => told(image, 'DerivationDescription'));
    expect(derivations).toEqual([undefined, expect.stringContaining('Halved'), undefined]);
  });

  test('gives each level the spacing of its own pixels, rows first', () => {
    for (const image of images) {
      const groups = told(image, 'SharedFunctionalGroupsSequence') as DicomJson;
      const measures = told(groups, 'PixelMeasuresSequence') as DicomJson;
      const [y, x] = toldAll(measures, 'PixelSpacing') as number[];
      const columns = Number(told(image, 'TotalPixelMatrixColumns'));
      const rows = Number(told(image, 'TotalPixelMatrixRows'));
      expect((x ?? 0) * columns).toBeCloseTo((WIDTH * 0.25) / 1_000, 6);
      expect((y ?? 0) * rows).toBeCloseTo((HEIGHT * 0.25) / 1_000, 6);
    }
  });

  test('names the slide, and nobody', () => {
    for (const image of images) {
      expect(told(image, 'PatientName')).toEqual({ Alphabetic: served.slide.name });
      expect(told(image, 'PatientID')).toBe(served.slide.id);
      expect(told(image, 'PatientBirthDate')).toBeUndefined();
      expect(told(image, 'AccessionNumber')).toBeUndefined();
    }
    expect(JSON.stringify(images)).not.toContain('DEMO-0001');
  });

  test('keeps its names: they come of the id of the slide', async () => {
    const again = await client.json(`${base}/metadata`);
    expect(again.map(pathOf)).toEqual(images.map(pathOf));
    const uids = images.map((image) => told(image, 'SOPInstanceUID'));
    expect(uids[0]).toBe(derivedUid(served.slide.id, `level/0/${WIDTH}x${HEIGHT}`));
    expect(new Set(uids).size).toBe(uids.length);
  });

  test('a level, a series and the whole study tell the same', async () => {
    const [whole] = await client.json(`${pathOf(images[1])}/metadata`);
    expect(whole).toEqual(images[1]);
    expect(await client.json(`/studies/${studyUidOf(served.slide.id)}/metadata`)).toEqual(images);
  });

  test('a slide without a scale is not given one', async () => {
    const { levels: _levels, ...plain } = {
      levels: [1],
      layout: 'tiff',
      width: 600,
      height: 400,
    } as const;
    const slide = await sendAddressed(served.server, { ...plain, mpp: 5_000 });
    expect(slide.mpp).toBeNull();
    const reply = await client.get(`/studies/${studyUidOf(slide.id)}/metadata`);
    expect(reply.status).toBe(409);
    expect(await reply.json()).toMatchObject({ code: 'interop.no-scale' });
  });
});

describe('frames', () => {
  test('every frame is whole, and shows its place', async () => {
    for (const [level, image] of images.slice(0, 1).entries()) {
      const columns = Math.ceil(Number(told(image, 'TotalPixelMatrixColumns')) / TILE);
      const rows = Math.ceil(Number(told(image, 'TotalPixelMatrixRows')) / TILE);
      expect(told(image, 'NumberOfFrames')).toBe(columns * rows);
      for (let number = 1; number <= columns * rows; number++) {
        const shown = await decodeReference(await frame(image, number));
        expect([shown.width, shown.height]).toEqual([TILE, TILE]);
        const x = ((number - 1) % columns) * TILE;
        const y = Math.floor((number - 1) / columns) * TILE;
        const width = Math.min(TILE, WIDTH - x);
        const height = Math.min(TILE, HEIGHT - y);
        const wanted = expectedRegion(level, { x, y, width, height });
        const cut = { ...wanted, data: new Uint8Array(width * height * 3) };
        for (let row = 0; row < height; row++) {
          const from = row * TILE * 3;
          cut.data.set(shown.data.subarray(from, from + width * 3), row * width * 3);
        }
        expect(meanDifference(cut, wanted), `frame ${number}`).toBeLessThan(8);
      }
    }
  });

  test('a tile of the file is sent as the scanner compressed it, its edges too', async () => {
    const { slide, server } = served;
    const reader = await server.as('pathologist');
    const own = await reader.fetch(`/api/slides/${slide.id}/tiles/${slide.revision}/0/1/2`);
    const columns = Math.ceil(WIDTH / TILE);
    expect(await frame(images[0], 2 * columns + 2)).toEqual(Buffer.from(await own.arrayBuffer()));
    const edge = frameColoursOf(await frame(images[0], columns));
    expect([edge.widthPx, edge.heightPx]).toEqual([TILE, TILE]);
  });

  test('come in the order in which they are asked for, each part named', async () => {
    const reply = await client.get(`${pathOf(images[0])}/frames/3,1,2`, AS_STORED);
    const parts = await partsOf(reply);
    expect(parts.map(({ headers }) => headers.get('content-location')?.split('/').at(-1))).toEqual([
      '3',
      '1',
      '2',
    ]);
    expect(parts[1]?.bytes).toEqual(await frame(images[0], 1));
    for (const { headers, bytes } of parts) {
      expect(headers.get('content-type')).toBe(
        'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.4.50',
      );
      expect(headers.get('content-length')).toBe(String(bytes.length));
    }
  });

  test('uncompressed they are the samples themselves', async () => {
    const raw = await frame(images[0], 8, 'application/octet-stream');
    expect(raw.length).toBe(TILE * TILE * 3);
    const shown = { data: new Uint8Array(raw), width: TILE, height: TILE, channels: 3 as const };
    const wanted = expectedRegion(0, { x: TILE, y: TILE, width: TILE, height: TILE });
    expect(meanDifference(shown, wanted)).toBeLessThan(8);
  });

  test.each([
    ['image/jp2', '1'],
    ['multipart/related; type="image/jp2"', '1'],
    ['image/jpeg', '1,2'],
    ['multipart/related; type="image/jpeg"; transfer-syntax=1.2.840.10008.1.2.4.90', '1'],
    ['application/dicom+json', '1'],
    ['image/jpeg;q=0', '1'],
  ])('%s of %s is not acceptable', async (accept, numbers) => {
    const reply = await client.get(`${pathOf(images[0])}/frames/${numbers}`, accept);
    expect(reply.status).toBe(406);
  });

  test.each([
    ['0', 400],
    ['1,1', 400],
    ['-1', 400],
    ['1;2', 400],
    ['1,', 400],
    ['01', 400],
    ['1e3', 400],
    ['99999', 404],
    ['1,99999', 404],
    [Array.from({ length: 65 }, (_, index) => index + 1).join(','), 400],
    ['1,'.repeat(600), 400],
  ])('frames %s: %s', async (numbers, status) => {
    expect((await client.get(`${pathOf(images[0])}/frames/${numbers}`)).status).toBe(status);
  });
});

describe('what else an instance has', () => {
  test('an ICC profile at the address that the metadata name, sRGB where the slide has none', async () => {
    const [path] = toldAll(images[0], 'OpticalPathSequence') as DicomJson[];
    const uri = path?.['00282000']?.BulkDataURI ?? '';
    expect(uri).toBe(
      `${served.server.url}/api/interop/dicomweb${pathOf(images[0])}/bulkdata/00480105.1.00282000`,
    );
    const [, place = ''] = uri.split('/api/interop/dicomweb');
    const accept = 'multipart/related; type="application/octet-stream"';
    const [part] = await partsOf(await client.get(place, accept));
    expect(part?.bytes).toEqual(Buffer.from(srgbProfile()));
    const alone = await client.get(place, 'application/octet-stream');
    expect(Buffer.from(await alone.arrayBuffer())).toEqual(Buffer.from(srgbProfile()));
    expect((await client.get(`${pathOf(images[0])}/bulkdata/7FE00010`)).status).toBe(404);
  });

  test('a picture of it in the format and size that is asked for', async () => {
    const reply = await client.get(`${pathOf(images[0])}/rendered?viewport=300,300`, 'image/png');
    expect(reply.headers.get('content-type')).toBe('image/png');
    const shown = await decodeReference(new Uint8Array(await reply.arrayBuffer()));
    expect([shown.width, shown.height]).toEqual([300, 235]);
    const small = await client.get(`${pathOf(images[0])}/thumbnail`);
    const thumbnail = await decodeReference(new Uint8Array(await small.arrayBuffer()));
    expect(thumbnail.width).toBe(256);
    const one = await client.get(`${pathOf(images[0])}/frames/2/rendered`, 'image/jpeg');
    const picture = await decodeReference(new Uint8Array(await one.arrayBuffer()));
    expect([picture.width, picture.height]).toEqual([TILE, TILE]);
    expect((await client.get(`${pathOf(images[0])}/rendered`, 'image/gif')).status).toBe(406);
  });
});

/** Layouts whose frames differ: other codecs, RGB, strips, cut edges, one big JPEG. */
const LAYOUTS: readonly LayoutId[] = [
  'ndpi',
  'tiff-rgb-jpeg',
  'svs-jp2k',
  'tiff-deflate',
  'scn',
  'philips',
];

test.each(LAYOUTS)('%s: every frame of every level is what the metadata say', async (layout) => {
  const slide = await sendAddressed(served.server, { layout, width: 700, height: 600 });
  await expectFrames(slide);
});

async function expectFrames(slide: SlideDetail): Promise<void> {
  const instances = await client.json(`/studies/${studyUidOf(slide.id)}/metadata`);
  expect(instances.length).toBeGreaterThan(0);
  for (const image of instances) {
    expect(faultsOfImage(image)).toEqual([]);
    expect(faultsOfValues(image)).toEqual([]);
    const frames = Number(told(image, 'NumberOfFrames'));
    const isThumbnail = frames === 1 && image === instances.at(-1) && instances.length > 1;
    const [, , flavour] = toldAll(image, 'ImageType');
    expect(flavour).toBe(isThumbnail ? 'THUMBNAIL' : 'VOLUME');
    const numbers = [...new Set([1, Math.ceil(frames / 2), frames])];
    for (const number of numbers) {
      const found = frameColoursOf(await frame(image, number));
      expect([found.widthPx, found.heightPx]).toEqual([
        told(image, 'Columns'),
        told(image, 'Rows'),
      ]);
      expect(found.photometric).toBe(told(image, 'PhotometricInterpretation'));
      expect(found.samples).toBe(told(image, 'SamplesPerPixel'));
    }
  }
}

const REAL = hasRealSlides
  ? ['CMU-1-Small-Region.svs', 'OS-2-ndpi.ome.tif', 'fluorescence-DAPI.ndpi']
  : [];

test('real slides of other scanners are told as well, in colour and in grey', async () => {
  for (const name of REAL) {
    const slide = await sendFiles(served.server, name, [realSlidePath(name)]);
    if (slide.mpp !== null) await expectFrames(slide);
  }
  expect(images.length).toBeGreaterThan(0);
});
