import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeAddressedSlide } from '../../fixtures/addressed-slide.ts';
import { IMAGE_ATTRIBUTES, tagOf } from '../../shared/interop/dicom/attributes.ts';
import type { DicomJson } from '../../shared/interop/dicom/dicom-json.ts';
import type { SlideDetail } from '../../shared/slide/slide.ts';
import { openRealNouns } from '../api/real-nouns.ts';
import { decodeReference } from '../imaging/pixel-reference.ts';
import { hasRealSlides, realSlidePath } from '../real-slides.ts';
import { startTestServer, type TestServer } from '../server.ts';
import {
  AS_STORED,
  type DicomClient,
  dicomClient,
  partsOf,
  pathOf,
  told,
  toldAll,
} from './dicom-client.ts';
import { sendAddressed, sendFiles } from './served-over-http.ts';
import { faultsOfValues } from './whole-slide-iod.ts';

let server: TestServer;
let nowMs = Date.now();
let client: DicomClient;
let slide: SlideDetail;
let files: readonly Buffer[];
let images: readonly DicomJson[];
beforeAll(async () => {
  server = await startTestServer({ nouns: openRealNouns, now: () => nowMs });
  client = dicomClient(await server.withToken(await server.as('pathologist'), 'read'));
  const profile = new Uint8Array(600).fill(7);
  const { paths } = writeAddressedSlide(join(server.dataDir, 'series'), {
    layout: 'dicom',
    iccProfile: profile,
    barcode: 'Zhang-P19680101',
  });
  files = await Promise.all(paths.map((path) => readFile(path)));
  slide = await sendFiles(server, 'Stored', paths);
  images = await client.json(`/studies/${study()}/metadata`);
});
afterAll(() => server.dispose());

/** What a study holds is believed for some seconds; slides of the fixtures are all of one study. */
const forget = () => {
  nowMs += 10_000;
};
const study = () => slide.properties?.dicom?.studyUid ?? '';

describe('a DICOM slide', () => {
  test('keeps the names that its files have', () => {
    const { instances } = slide.properties?.dicom ?? { instances: [] };
    const levels = instances.filter(({ flavour }) => flavour === 'VOLUME');
    expect(levels.length).toBeGreaterThan(1);
    expect(images.map((image) => told(image, 'SOPInstanceUID'))).toEqual(
      levels.map(({ uid }) => uid),
    );
    for (const image of images) {
      const uid = String(told(image, 'SOPInstanceUID'));
      expect(files.some((file) => file.includes(uid))).toBe(true);
      expect(told(image, 'SeriesInstanceUID')).toBe(levels[0]?.seriesUid);
      expect(told(image, 'FrameOfReferenceUID')).toMatch(/^2\.25\./);
    }
  });

  test('is told with pixels, optics and geometry as they are stored', () => {
    for (const image of images) {
      expect(faultsOfValues(image)).toEqual([]);
      expect(toldAll(image, 'ImageType')[2]).toBe('VOLUME');
      expect(told(image, 'PhotometricInterpretation')).toBe('YBR_FULL_422');
      expect(told(image, 'DimensionOrganizationType')).toBe('TILED_FULL');
      expect(told(image, 'AvailableTransferSyntaxUID')).toBe('1.2.840.10008.1.2.4.50');
      const path = told(image, 'OpticalPathSequence') as DicomJson;
      expect(told(path, 'ObjectiveLensPower')).toBe(40);
    }
  });

  test('names no patient, specimen or person, whatever its files say', () => {
    const text = JSON.stringify(images);
    expect(files[0]?.includes('Zhang-P19680101')).toBe(true);
    expect(text).not.toContain('Zhang');
    expect(text).not.toContain('19680101');
    for (const image of images) {
      expect(told(image, 'PatientName')).toEqual({ Alphabetic: 'Stored' });
      expect(told(image, 'PatientID')).toBe(slide.id);
      expect(told(image, 'ContainerIdentifier')).toBe(slide.id);
      expect(image[tagOf('AccessionNumber')]).toEqual({ vr: 'SH' });
    }
  });

  test('sends every frame byte by byte as its file has it', async () => {
    for (const image of images) {
      const frames = Number(told(image, 'NumberOfFrames'));
      const file = files.find((one) => one.includes(String(told(image, 'SOPInstanceUID'))));
      for (let number = 1; number <= frames; number++) {
        const [part] = await partsOf(
          await client.get(`${pathOf(image)}/frames/${number}`, AS_STORED),
        );
        expect(part?.bytes.readUInt16BE(0)).toBe(0xffd8);
        expect(file?.includes(part?.bytes ?? 'nothing')).toBe(true);
      }
    }
  });

  test('gives its own ICC profile', async () => {
    const [path] = toldAll(images[0], 'OpticalPathSequence') as DicomJson[];
    const [, place = ''] = (path?.[tagOf('ICCProfile')]?.BulkDataURI ?? '').split('/dicomweb');
    const reply = await client.get(place, 'application/octet-stream');
    expect(Buffer.from(await reply.arrayBuffer())).toEqual(Buffer.alloc(600, 7));
    const pixels = await client.get(`${pathOf(images[0])}/bulkdata/7FE00010`);
    expect(pixels.status).toBe(404);
    const name = await client.get(`${pathOf(images[0])}/bulkdata/00100010`);
    expect(name.status).toBe(404);
  });
});

test('label and overview are for people who may see the label, and for no token', async () => {
  const { instances } = slide.properties?.dicom ?? { instances: [] };
  const label = instances.find(({ flavour }) => flavour === 'LABEL');
  const path = `/studies/${study()}/series/${label?.seriesUid}/instances/${label?.uid}`;
  for (const rest of ['metadata', 'frames/1', 'rendered', 'thumbnail']) {
    expect((await client.get(`${path}/${rest}`)).status, rest).toBe(404);
  }
  const trainee = dicomClient(await server.as('trainee'));
  expect((await trainee.get(`${path}/rendered`)).status).toBe(404);
  expect(await trainee.json(`/studies/${study()}/metadata`)).toHaveLength(images.length);
  const reader = dicomClient(await server.as('pathologist'));
  const all = await reader.json(`/studies/${study()}/metadata`);
  const flavours = all.map((image) => toldAll(image, 'ImageType')[2]);
  expect(flavours).toContain('LABEL');
  const shown = await reader.get(`${path}/rendered`, 'image/png');
  expect(shown.headers.get('cache-control')).toBe('no-store');
  const picture = await decodeReference(new Uint8Array(await shown.arrayBuffer()));
  expect([picture.width, picture.height]).toEqual([180, 200]);
});

test('label and macro of another format are instances too, for the same people', async () => {
  const svs = await sendAddressed(server, { layout: 'svs' });
  const reader = dicomClient(await server.as('pathologist'));
  const named = { path: `/studies?PatientID=${svs.id}` };
  const [row] = await reader.json(named.path);
  const [forProgram] = await client.json(named.path);
  const count = (one: DicomJson | undefined) => Number(told(one, 'NumberOfStudyRelatedInstances'));
  expect(count(row) - count(forProgram)).toBe(2);
  const all = await reader.json(`/studies/${String(told(row, 'StudyInstanceUID'))}/metadata`);
  const label = all.find((image) => toldAll(image, 'ImageType')[2] === 'LABEL');
  expect(told(label, 'BurnedInAnnotation')).toBe('YES');
  const reply = await reader.get(`${pathOf(label)}/frames/1`, 'image/jpeg');
  const picture = await decodeReference(new Uint8Array(await reply.arrayBuffer()));
  expect([picture.width, picture.height]).toEqual([told(label, 'Columns'), told(label, 'Rows')]);
  expect((await client.get(`${pathOf(label)}/frames/1`)).status).toBe(404);
});

describe('other codecs', () => {
  test.each([
    ['dicom-jp2k', 'image/jp2', 0xff4f],
    ['dicom-sparse', 'image/jpeg', 0xffd8],
  ] as const)('%s: frames are %s', async (layout, type, start) => {
    const other = await sendAddressed(server, { layout });
    forget();
    const [first] = await client.json(`/studies?PatientID=${other.id}`);
    const uid = other.properties?.dicom?.studyUid ?? '';
    expect(uid).not.toBe('');
    // Every slide of the fixtures has the same names: the newest is the one that is told.
    expect(told(first, 'StudyInstanceUID')).toBe(uid);
    const [image] = await client.json(`/studies/${uid}/metadata`);
    const reply = await client.get(
      `${pathOf(image)}/frames/1`,
      `multipart/related; type="${type}"`,
    );
    expect(reply.status).toBe(200);
    const [part] = await partsOf(reply);
    expect(part?.headers.get('content-type')).toContain(`${type}; transfer-syntax=`);
    expect(part?.bytes.readUInt16BE(0)).toBe(start);
    const raw = await client.get(`${pathOf(image)}/frames/1`, 'application/octet-stream');
    const size = Number(told(image, 'Rows')) * Number(told(image, 'Columns')) * 3;
    expect((await raw.arrayBuffer()).byteLength).toBe(size);
    if (layout === 'dicom-sparse') {
      const groups = toldAll(image, 'PerFrameFunctionalGroupsSequence') as DicomJson[];
      expect(groups).toHaveLength(Number(told(image, 'NumberOfFrames')));
    }
  });

  test('uncompressed frames are octets', async () => {
    await sendAddressed(server, { layout: 'dicom-raw', width: 300, height: 300 });
    forget();
    const [image] = await client.json(`/studies/${study()}/metadata`);
    for (const accept of ['*/*', 'multipart/related; type="application/octet-stream"', AS_STORED]) {
      const [part] = await partsOf(await client.get(`${pathOf(image)}/frames/1`, accept));
      expect(part?.headers.get('content-type')).toBe(
        'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1',
      );
      const size = Number(told(image, 'Rows')) * Number(told(image, 'Columns')) * 3;
      expect(part?.bytes.length).toBe(size);
    }
    const jpeg = await client.get(`${pathOf(image)}/frames/1`, 'image/jpeg');
    expect(jpeg.status).toBe(406);
  });
});

const REAL = hasRealSlides ? ['camelyon_multiframe_jpeg.dcm', 'pathml_small_dicom.dcm'] : [];

test('nothing of a file is told that is not in the table, and real files are told as they are', async () => {
  const known = new Set(images.flatMap((image) => Object.keys(image)));
  const tags = new Set<string>(Object.values(IMAGE_ATTRIBUTES).map(([tag]) => tag));
  expect([...known].filter((tag) => tags.has(tag)).length).toBeGreaterThan(40);
  for (const name of REAL) {
    const real = await sendFiles(server, name, [realSlidePath(name)]);
    const uid = real.properties?.dicom?.studyUid ?? '';
    const file = await readFile(realSlidePath(name));
    const [image] = await client.json(`/studies/${uid}/metadata`);
    expect(told(image, 'TotalPixelMatrixColumns')).toBe(real.widthPx);
    expect(told(image, 'PatientName')).toEqual({ Alphabetic: name });
    const frames = Number(told(image, 'NumberOfFrames'));
    const reply = await client.get(`${pathOf(image)}/frames/1,${frames}`, AS_STORED);
    for (const { bytes } of await partsOf(reply)) expect(file.includes(bytes)).toBe(true);
    const shown = await client.get(`${pathOf(image)}/frames/1/rendered`, 'image/png');
    const picture = await decodeReference(new Uint8Array(await shown.arrayBuffer()));
    expect([picture.width, picture.height]).toEqual([told(image, 'Columns'), told(image, 'Rows')]);
  }
});
