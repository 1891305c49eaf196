import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { writeAddressedSlide } from '../../fixtures/addressed-slide.ts';
import type { SlideDetail } from '../../shared/slide/slide.ts';
import { expect, open, test } from './product.ts';
import { makeSlide } from './viewer-bench.ts';

/** OpenSeadragon as anybody has it, in a page of another origin, with a token and no cookie. */

const OSD = createRequire(import.meta.url).resolve('openseadragon');
const PAGE = `<!doctype html><meta charset="utf-8"><div id="viewer" style="width:900px;height:600px"></div>
<script src="/openseadragon.js"></script>`;

let slide: SlideDetail;
let elsewhere: Server;
let secret = '';

test.beforeAll(async ({ browser, baseURL }) => {
  slide = await makeSlide(browser, 'For others', (folder) => {
    const options = { layout: 'svs', width: 3003, height: 2001, levels: [1, 4] } as const;
    return writeAddressedSlide(join(folder, 'others.svs'), options).path;
  });
  const reader = await open(browser, 'technician');
  const made = await reader.request.post(`${baseURL}/api/session/tokens`, {
    headers: { 'X-Farscope': '1' },
    data: { name: 'viewer', purpose: 'read', days: 30 },
  });
  ({ secret } = (await made.json()) as { secret: string });
  await reader.context().close();
  const library = await readFile(OSD);
  elsewhere = createServer((request, response) => {
    const isLibrary = request.url === '/openseadragon.js';
    response.setHeader('Content-Type', isLibrary ? 'text/javascript' : 'text/html');
    response.end(isLibrary ? library : PAGE);
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
});

test.afterAll(() => {
  elsewhere.close();
});

interface Opened {
  readonly width: number;
  readonly height: number;
  readonly failed: number;
  readonly complete: boolean;
}

for (const [kind, path] of [
  ['Deep Zoom', 'deepzoom/SLIDE/slide.dzi'],
  ['IIIF', 'iiif/SLIDE/info.json'],
] as const) {
  test(`OpenSeadragon opens a slide by ${kind} and draws it to the last tile`, async ({
    browser,
    baseURL,
  }) => {
    const page = await open(browser, null);
    await page.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`);
    const source = `${baseURL}/api/interop/${path.replace('SLIDE', slide.id)}`;
    const script = `new Promise((resolve, reject) => {
      let failed = 0;
      const viewer = OpenSeadragon({
        element: document.getElementById('viewer'), drawer: 'canvas', showNavigationControl: false,
        loadTilesWithAjax: true, ajaxHeaders: { Authorization: 'Bearer ${secret}' },
        tileSources: '${source}', crossOriginPolicy: 'Anonymous',
      });
      viewer.addHandler('open-failed', (event) => reject(new Error(event.message)));
      viewer.addHandler('tile-load-failed', () => { failed += 1; });
      viewer.addHandler('open', () => {
        const image = viewer.world.getItemAt(0);
        viewer.viewport.zoomTo(viewer.viewport.imageToViewportZoom(1), undefined, true);
        const look = () => {
          const { x: width, y: height } = image.getContentSize();
          if (image.getFullyLoaded()) resolve({ width, height, failed, complete: true });
          else setTimeout(look, 50);
        };
        look();
      });
    })`;
    const opened = await page.evaluate<Opened>(script);
    expect(opened).toEqual({ width: 3003, height: 2001, failed: 0, complete: true });
    await page.context().close();
  });
}
