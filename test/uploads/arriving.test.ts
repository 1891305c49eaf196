import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  expectedRegion,
  LAYOUTS,
  type LayoutId,
  writeAddressedSlide,
} from '../../fixtures/addressed-slide.ts';
import { bytesSource } from '../../shared/bytes/bytes-source.ts';
import { recordedSource } from '../../shared/bytes/recorded-source.ts';
import { openSlide } from '../../shared/slide-format/open-slide.ts';
import type { Pyramid } from '../../shared/slide/pyramid.ts';
import type { SlideDetail, SlideSummary } from '../../shared/slide/slide.ts';
import { CHUNK_BYTES, chunksOfRange } from '../../shared/upload/chunk-grid.ts';
import { orderForReading } from '../../shared/upload/reading-order.ts';
import { openRealNouns } from '../api/real-nouns.ts';
import {
  decodeReference,
  MAX_MEAN_DIFFERENCE,
  meanDifference,
} from '../imaging/pixel-reference.ts';
import { startTestServer, type TestCaller, type TestServer } from '../server.ts';
import { localUpload, speak, type LocalUpload } from './upload-client.ts';

let server: TestServer;
let folder: string;
let technician: TestCaller;
let reader: TestCaller;

beforeAll(async () => {
  server = await startTestServer({ nouns: openRealNouns });
  folder = await mkdtemp(join(tmpdir(), 'farscope-arriving-'));
  technician = await server.as('technician');
  reader = await server.as('pathologist');
});

afterAll(async () => {
  await server.dispose();
  await rm(folder, { recursive: true, force: true });
});

/** Some twenty chunks. */
const LARGE = { width: 8192, height: 5120 };

const cancels: LocalUpload[] = [];
afterEach(async () => {
  for (const upload of cancels.splice(0)) await speak.cancel(technician.fetch, upload.id);
});

async function makeUpload(
  layout: LayoutId,
  name: string,
  { width, height } = { width: 4096, height: 3072 },
): Promise<LocalUpload> {
  const { extension } = LAYOUTS[layout];
  const slide = writeAddressedSlide(join(folder, name + extension), {
    layout,
    width,
    height,
    levels: [1, 4, 16],
  });
  const contents = await Promise.all(slide.paths.map((path) => readFile(path)));
  return localUpload(name + extension, contents);
}

/** What the sender's own plan says: first the chunks that open the slide and show it whole, then the rest. */
async function planOf(upload: LocalUpload): Promise<{ first: number[]; rest: number[] }> {
  const tables = new Set<number>();
  const files = upload.files.map(({ path, content }, file) => ({
    path,
    source: recordedSource(bytesSource(content), (offset, length) => {
      const [first, afterLast] = chunksOfRange(upload.files, CHUNK_BYTES, { file, offset, length });
      for (let chunk = first; chunk < afterLast; chunk += 1) tables.add(chunk);
    }),
  }));
  const opened = await openSlide(files);
  if (opened.kind !== 'pyramid') throw new Error(opened.kind);
  const opens = new Set(tables);
  const order = await orderForReading({
    image: opened.image,
    files: upload.files,
    chunkBytes: CHUNK_BYTES,
    tables,
    tissue: undefined,
  });
  const whole = new Set<number>();
  const coarsest = opened.image.levels.at(-1);
  for (let row = 0; row * (coarsest?.tileHeightPx ?? 1) < (coarsest?.heightPx ?? 0); row += 1) {
    for (let column = 0; column * (coarsest?.tileWidthPx ?? 1) < (coarsest?.widthPx ?? 0); ) {
      const location = await coarsest?.locateTile(column, row);
      if (location?.kind === 'stored') addChunks(whole, upload, location.range);
      if (location?.kind === 'restart')
        for (const range of location.ranges) addChunks(whole, upload, range);
      column += 1;
    }
  }
  expect(order.slice(0, opens.size)).toEqual([...opens]);
  const first = order.filter((chunk) => opens.has(chunk) || whole.has(chunk));
  return { first, rest: order.filter((chunk) => !first.includes(chunk)) };
}

function addChunks(
  chunks: Set<number>,
  { files }: LocalUpload,
  range: { file: number; offset: number; length: number },
): void {
  const [first, afterLast] = chunksOfRange(files, CHUNK_BYTES, range);
  for (let chunk = first; chunk < afterLast; chunk += 1) chunks.add(chunk);
}

async function send(upload: LocalUpload, chunks: readonly number[]): Promise<void> {
  for (const chunk of chunks) {
    expect((await speak.chunk(technician.fetch, upload, chunk)).status).toBe(200);
  }
}

async function begin(upload: LocalUpload): Promise<string> {
  const { body } = await speak.create(technician.fetch, upload);
  cancels.push(upload);
  return (body as { upload: { slideId: string } }).upload.slideId;
}

async function detail(slideId: string): Promise<SlideDetail> {
  return (await (await reader.fetch(`/api/slides/${slideId}`)).json()) as SlideDetail;
}

/** Opening goes on beside the acknowledgements. */
async function opened(
  slideId: string,
): Promise<SlideDetail & { properties: { pyramid: Pyramid } }> {
  for (;;) {
    const slide = await detail(slideId);
    if (slide.properties !== null) return { ...slide, properties: slide.properties };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function tile(slide: Pick<SlideDetail, 'id' | 'revision'>, level: number, column = 0, row = 0) {
  const path = `/api/slides/${slide.id}/tiles/${slide.revision}/${level}/${column}/${row}`;
  return reader.fetch(path);
}

async function expectTile(
  slide: SlideDetail & { properties: { pyramid: Pyramid } },
  level: number,
  [column, row]: readonly [number, number],
): Promise<void> {
  const reply = await tile(slide, level, column, row);
  expect(reply.status).toBe(200);
  const picture = await decodeReference(Buffer.from(await reply.arrayBuffer()));
  const served = slide.properties.pyramid.levels[level];
  if (served === undefined || served.fileLevel === null) throw new Error(`no level ${level}`);
  const { tileWidthPx: width, tileHeightPx: height } = served;
  const area = { x: column * width, y: row * height, width: picture.width, height: picture.height };
  const expected = expectedRegion(served.fileLevel, area);
  expect(meanDifference(picture, expected)).toBeLessThan(2 * MAX_MEAN_DIFFERENCE);
}

/** Where a tile lies is said in a table that may have to come first: what is asked for is sent until it is there. */
async function sendUntilThere(
  upload: LocalUpload,
  slide: SlideDetail,
  [level, column, row]: readonly [number, number, number],
): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) {
    if ((await tile(slide, level, column, row)).status !== 425) return;
    await send(upload, await wantedOf(upload));
  }
}

/** Some tile of level 0 that has not arrived, from the middle on. */
async function firstMissing(
  slide: SlideDetail & { properties: { pyramid: Pyramid } },
): Promise<readonly [number, number]> {
  const { widthPx, heightPx, tileWidthPx, tileHeightPx } =
    slide.properties.pyramid.levels[0] ?? fail();
  for (const part of [0.5, 0.4, 0.3, 0.6, 0.2, 0.7]) {
    const column = Math.floor((part * widthPx) / tileWidthPx);
    const row = Math.floor((part * heightPx) / tileHeightPx);
    if ((await tile(slide, 0, column, row)).status === 425) return [column, row];
  }
  return fail();
}

function fail(): never {
  throw new Error('all of it is there');
}

async function wanted(since?: number) {
  const query = since === undefined ? '' : `?since=${since}`;
  const reply = await technician.fetch(`/api/wanted-chunks${query}`);
  return (await reply.json()) as {
    version: number;
    wanted: { uploadId: string; chunks: number[] }[];
  };
}

async function wantedOf(upload: LocalUpload): Promise<number[]> {
  return (await wanted()).wanted.find(({ uploadId }) => uploadId === upload.id)?.chunks ?? [];
}

describe.each(['svs', 'ndpi', 'dicom', 'bigtiff'] as const)('a slide in layout %s', (layout) => {
  test('is looked at while it is sent: what is there is right, what is not is asked of the sender', async () => {
    const upload = await makeUpload(layout, `looked-at-${layout}`, LARGE);
    const slideId = await begin(upload);
    const { first, rest } = await planOf(upload);
    expect(rest.length).toBeGreaterThan(1);
    await send(upload, first);
    const slide = await opened(slideId);
    expect(slide).toMatchObject({ status: { kind: 'arriving' }, revision: 1, widthPx: 8192 });
    const { levels } = slide.properties.pyramid;
    const coarsest = levels.findLastIndex(({ fileLevel }) => fileLevel !== null);
    await sendUntilThere(upload, slide, [coarsest, 0, 0]);
    await expectTile(slide, coarsest, [0, 0]);
    const far = await firstMissing(slide);
    const early = await tile(slide, 0, ...far);
    expect(early.status).toBe(425);
    expect(early.headers.get('cache-control')).toBe('no-store');
    const chunks = await wantedOf(upload);
    expect(chunks.length).toBeGreaterThan(0);
    expect(chunks.every((chunk) => rest.includes(chunk))).toBe(true);
    await sendUntilThere(upload, slide, [0, ...far]);
    await expectTile(slide, 0, far);
    expect(await wantedOf(upload)).toEqual([]);
    await send(upload, rest);
    const { body } = await speak.finish(technician.fetch, upload);
    expect(body).toEqual({ slideId, alreadyKnown: false });
    const ready = await opened(slideId);
    expect(ready).toMatchObject({
      status: { kind: 'ready' },
      revision: 1,
      contentDigest: upload.contentDigest,
    });
    await expectTile(ready, 0, [0, 0]);
  });
});

describe('an arriving slide', () => {
  test('stands in the list at once with how much is there, and goes when it is cancelled', async () => {
    const upload = await makeUpload('svs', 'cancelled');
    const slideId = await begin(upload);
    await send(upload, [0, 1]);
    const list = (await (await reader.fetch('/api/slides')).json()) as { slides: SlideSummary[] };
    const slide = list.slides.find(({ id }) => id === slideId);
    expect(slide?.status).toEqual({ kind: 'arriving', received: 2 / upload.count });
    const coverage = await reader.fetch(`/api/slides/${slideId}/coverage`);
    expect(await coverage.json()).toEqual({ chunkCount: upload.count, received: [[0, 2]] });
    await speak.cancel(technician.fetch, upload.id);
    expect((await reader.fetch(`/api/slides/${slideId}`)).status).toBe(404);
  });

  test('asks the sender for its directory by itself', async () => {
    const upload = await makeUpload('svs', 'directory');
    const slideId = await begin(upload);
    await send(upload, [0]);
    for (let turn = 0; turn < 50 && (await detail(slideId)).properties === null; turn += 1) {
      await send(upload, await wantedOf(upload));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect((await detail(slideId)).properties).not.toBeNull();
  });

  test('is a wish away from its sender: who listens is told at once', async () => {
    const upload = await makeUpload('svs', 'pushed', LARGE);
    const slideId = await begin(upload);
    const { first } = await planOf(upload);
    await send(upload, first);
    const slide = await opened(slideId);
    const { version } = await wanted();
    const listening = wanted(version);
    await tile(slide, 0, 20, 15);
    const told = await listening;
    expect(told.version).not.toBe(version);
    expect(told.wanted.map(({ uploadId }) => uploadId)).toContain(upload.id);
    const stranger = await server.as('technician', 'other');
    const other = await stranger.fetch('/api/wanted-chunks');
    expect(await other.json()).toMatchObject({ wanted: [] });
  });

  test('of a content that is there already gives way to the slide that was there', async () => {
    const original = await makeUpload('svs', 'twice');
    await begin(original);
    const again = localUpload('twice-again.svs', [original.files[0]?.content ?? new Uint8Array()]);
    const second = await begin(again);
    const all = Array.from({ length: original.count }, (_, index) => index);
    await send(original, all);
    await speak.finish(technician.fetch, original);
    await send(again, all);
    const { body } = await speak.finish(technician.fetch, again);
    expect(body['alreadyKnown']).toBe(true);
    expect((await reader.fetch(`/api/slides/${second}`)).status).toBe(404);
  });
});
