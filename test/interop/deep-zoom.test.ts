import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectedRegion } from '../../fixtures/addressed-slide.ts';
import { decodeReference, meanDifference } from '../imaging/pixel-reference.ts';
import { serveAddressedSlide, type ServedOverHttp } from './served-over-http.ts';

const WIDTH = 1_403;
const HEIGHT = 1_101;
const TILE = 256;

let served: ServedOverHttp;
let base = '';
beforeAll(async () => {
  // Sides that no power of two divides, and a file that leaves levels out.
  served = await serveAddressedSlide({
    layout: 'svs',
    width: WIDTH,
    height: HEIGHT,
    levels: [1, 4],
  });
  base = `/api/interop/deepzoom/${served.slide.id}`;
});
afterAll(() => served.server.dispose());

const get = (path: string) => served.program.fetch(base + path);

async function tile(level: number, column: number, row: number) {
  const reply = await get(`/slide_files/${level}/${column}_${row}.jpg`);
  expect(reply.status, `${level}/${column}_${row}`).toBe(200);
  return await decodeReference(new Uint8Array(await reply.arrayBuffer()));
}

test('the descriptor says size, tile size and format in the namespace of 2008', async () => {
  const reply = await get('/slide.dzi');
  expect(reply.headers.get('content-type')).toBe('application/xml; charset=utf-8');
  const xml = await reply.text();
  expect(xml).toContain('xmlns="http://schemas.microsoft.com/deepzoom/2008"');
  expect(xml).toContain(`TileSize="${TILE}"`);
  expect(xml).toContain('Overlap="0"');
  expect(xml).toContain(`<Size Width="${WIDTH}" Height="${HEIGHT}"/>`);
});

test('every tile of every level has just the size that Deep Zoom says, and shows its place', async () => {
  const last = Math.ceil(Math.log2(WIDTH));
  const full = expectedRegion(0, { x: 0, y: 0, width: WIDTH, height: HEIGHT });
  const raw = { width: WIDTH, height: HEIGHT, channels: 3 } as const;
  for (let level = 0; level <= last; level++) {
    const scale = 2 ** (last - level);
    const width = Math.ceil(WIDTH / scale);
    const height = Math.ceil(HEIGHT / scale);
    const whole = sharp(Buffer.from(full.data), { raw }).resize(width, height, { fit: 'fill' });
    const reference = await whole.raw().toBuffer();
    for (let row = 0; row * TILE < height; row++) {
      for (let column = 0; column * TILE < width; column++) {
        const shown = await tile(level, column, row);
        const area = {
          left: column * TILE,
          top: row * TILE,
          width: Math.min(TILE, width - column * TILE),
          height: Math.min(TILE, height - row * TILE),
        };
        expect([shown.width, shown.height]).toEqual([area.width, area.height]);
        // The address pattern of the file's own coarse level names that level: only those made of level 0.
        if (scale > 2) continue;
        const wanted = sharp(reference, { raw: { width, height, channels: 3 } }).extract(area);
        const data = new Uint8Array(await wanted.raw().toBuffer());
        const difference = meanDifference(shown, { ...shown, data });
        expect(difference, `${level}/${column}_${row}`).toBeLessThan(8);
      }
    }
  }
});

test('a tile of full resolution is sent as the scanner compressed it', async () => {
  const { slide, server } = served;
  const reader = await server.as('pathologist');
  const own = await reader.fetch(`/api/slides/${slide.id}/tiles/${slide.revision}/0/1/2`);
  const reply = await get(`/slide_files/${Math.ceil(Math.log2(WIDTH))}/1_2.jpg`);
  expect(Buffer.from(await reply.arrayBuffer())).toEqual(Buffer.from(await own.arrayBuffer()));
});

test.each(['11/6_0', '11/0_5', '12/0_0', '0/1_0'])('%s is outside: not found', async (address) => {
  expect((await get(`/slide_files/${address}.jpg`)).status).toBe(404);
});

test.each(['11/a_0.jpg', '11/0_0.png', '11/-1_0.jpg'])('%s is no tile at all', async (address) => {
  expect((await get(`/slide_files/${address}`)).status).toBe(400);
});

test('pages of other origins may read with a token, and never with a cookie', async () => {
  const { server, slide } = served;
  const url = `${server.url}${base}/slide.dzi`;
  const asked = await fetch(url, {
    method: 'OPTIONS',
    headers: {
      Origin: 'https://viewer.example',
      'Access-Control-Request-Method': 'GET',
      'Access-Control-Request-Headers': 'authorization',
    },
  });
  expect(asked.status).toBe(204);
  expect(asked.headers.get('access-control-allow-headers')).toContain('Authorization');
  const reply = await get('/slide.dzi');
  expect(reply.headers.get('access-control-allow-origin')).toBe('*');
  expect(reply.headers.get('access-control-allow-credentials')).toBeNull();
  expect(reply.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  const elsewhere = await server.as('pathologist');
  const inner = await elsewhere.fetch(`/api/slides/${slide.id}`);
  expect(inner.headers.get('access-control-allow-origin')).toBeNull();
});
