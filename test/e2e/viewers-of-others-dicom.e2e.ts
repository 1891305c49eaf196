import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import {
  expectedRegion,
  type LayoutId,
  writeAddressedSlide,
} from '../../fixtures/addressed-slide.ts';
import { studyUidOf } from '../../shared/interop/dicom/dicom-uid.ts';
import type { SlideDetail } from '../../shared/slide/slide.ts';
import { decodeReference, meanDifference } from '../imaging/pixel-reference.ts';
import { localUpload, speak } from '../uploads/upload-client.ts';
import { expect, open, test } from './product.ts';
import { scratchFolder } from './viewer-bench.ts';

/**
 * Slim's engine, as Slim sets it up, in a page of another origin with a token and no cookie. Its bundle holds all
 * that it needs: package.json puts an empty package in the place of each of its dependencies.
 */

const require = createRequire(import.meta.url);
const ENGINE = dirname(require.resolve('dicom-microscopy-viewer'));
const CLIENT = require.resolve('dicomweb-client');
const PAGE = `<!doctype html><meta charset="utf-8">
<div id="viewer" style="position:absolute;left:0;top:0;width:800px;height:600px"></div>
<script src="/client/dicomweb-client.js"></script>
<script src="/engine/dicomMicroscopyViewer.bundle.min.js"></script>`;
const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', wasm: 'application/wasm' };

let elsewhere: Server;
let secret = '';

/** The engine looks for its worker and its decoders in static/js. */
function fileAt(url: string): string {
  if (url.startsWith('/client/')) return CLIENT;
  return join(ENGINE, url.startsWith('/static/') ? 'dynamic-import' : '', basename(url));
}

test.beforeAll(async ({ browser, baseURL }) => {
  const reader = await open(browser, 'technician');
  const made = await reader.request.post(`${baseURL}/api/session/tokens`, {
    headers: { 'X-Farscope': '1' },
    data: { name: 'Slim', purpose: 'read', days: 30 },
  });
  ({ secret } = (await made.json()) as { secret: string });
  await reader.context().close();
  elsewhere = createServer((request, response) => {
    const url = request.url ?? '/';
    if (!/^\/(client|engine|static)\//.test(url)) {
      response.setHeader('Content-Type', 'text/html');
      response.end(url === '/' ? PAGE : '');
      return;
    }
    response.setHeader('Content-Type', TYPES[url.split('.').at(-1) ?? ''] ?? 'text/plain');
    createReadStream(fileAt(url)).pipe(response);
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
});

test.afterAll(() => {
  elsewhere.close();
});

/** Sends the files of an addressed slide, all of a series. */
async function send(browser: Browser, baseURL: string, layout: LayoutId): Promise<SlideDetail> {
  const folder = await scratchFolder();
  const page = await open(browser, 'technician');
  const cookies = await page.context().cookies(baseURL);
  const Cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const call: Parameters<typeof speak.create>[0] = (path, { json, ...init } = {}) => {
    const headers = new Headers(init.headers);
    headers.set('Cookie', Cookie);
    headers.set('X-Farscope', '1');
    if (json !== undefined) headers.set('Content-Type', 'application/json');
    const body = json === undefined ? {} : { body: JSON.stringify(json) };
    return fetch(baseURL + path, { ...init, ...body, headers });
  };
  try {
    const place = join(folder.path, layout === 'dicom' ? 'series' : 'slide');
    const { paths } = writeAddressedSlide(place, { layout, width: 2203, height: 1501 });
    const contents = await Promise.all(paths.map((path) => readFile(path)));
    const upload = localUpload(`For Slim ${layout}`, contents);
    await speak.create(call, upload);
    for (let index = 0; index < upload.count; index++) await speak.chunk(call, upload, index);
    const { body } = await speak.finish(call, upload);
    const reply = await call(`/api/slides/${String(body['slideId'])}`);
    return (await reply.json()) as SlideDetail;
  } finally {
    await page.context().close();
    await folder.dispose();
  }
}

/** Finds the series, reads its metadata and opens it, as Slim does; then a field at full resolution. */
function openingScript(root: string, study: string, centre: { x: number; y: number }): string {
  return `(async () => {
    const headers = { Authorization: 'Bearer ${secret}' };
    const client = new DICOMwebClient.api.DICOMwebClient({ url: '${root}', headers });
    const queryParams = { Modality: 'SM', StudyInstanceUID: '${study}' };
    const [series] = await client.searchForSeries({ queryParams });
    const seriesInstanceUID = series['0020000E'].Value[0];
    const told = await client.retrieveSeriesMetadata({ studyInstanceUID: '${study}', seriesInstanceUID });
    const { metadata, viewer } = dicomMicroscopyViewer;
    const images = told.map((one) => new metadata.VLWholeSlideMicroscopyImage({ metadata: one }));
    const volume = new viewer.VolumeImageViewer({ client, metadata: images, controls: [] });
    const container = document.getElementById('viewer');
    let failed = 0;
    container.addEventListener('dicommicroscopyviewer_frame_loading_error', () => { failed += 1; });
    volume.render({ container });
    const map = volume.getMap();
    const drawn = () => new Promise((resolve) => { map.once('rendercomplete', resolve); map.render(); });
    await drawn();
    const view = map.getView();
    view.setRotation(0);
    view.setResolution(1);
    view.setCenter([${centre.x}, ${-(centre.y + 1)}]);
    await drawn();
    return { images: images.length, levels: volume.numLevels, failed, resolution: view.getResolution() };
  })()`;
}

/** What is drawn in the middle, away from the engine's own controls. */
const SHOWN = { x: 200, y: 150, width: 500, height: 300 };

async function drawnPixels(page: Page) {
  return await decodeReference(new Uint8Array(await page.screenshot({ clip: SHOWN })));
}

for (const layout of ['svs', 'dicom', 'ndpi', 'tiff-rgb-jpeg'] as const) {
  test(`Slim's engine opens a slide written as ${layout} and draws the right pixels`, async ({
    browser,
    baseURL,
  }) => {
    const slide = await send(browser, baseURL ?? '', layout);
    const study = slide.properties?.dicom?.studyUid ?? studyUidOf(slide.id);
    const page = await open(browser, null);
    const refused: string[] = [];
    page.on('response', (reply) => {
      if (reply.status() >= 400) refused.push(`${reply.status()} ${reply.url()}`);
    });
    page.on('pageerror', (error) => refused.push(error.message));
    await page.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`);
    // The last field on the right and below: frames inside and at the edges.
    const centre = { x: 2_203 - 400, y: 1_501 - 300 };
    const script = openingScript(`${baseURL}/api/interop/dicomweb`, study, centre);
    const opened = await page.evaluate<{ images: number }>(script);
    expect(opened).toMatchObject({ failed: 0, resolution: 1, levels: opened.images });
    expect(opened.images).toBeGreaterThan(1);
    const area = { ...SHOWN, x: centre.x - 400 + SHOWN.x, y: centre.y - 300 + SHOWN.y };
    const difference = meanDifference(await drawnPixels(page), expectedRegion(0, area));
    expect(difference).toBeLessThan(8);
    expect(refused).toEqual([]);
    await page.context().close();
  });
}
