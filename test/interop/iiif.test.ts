import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectedRegion } from '../../fixtures/addressed-slide.ts';
import { decodeReference, meanDifference } from '../imaging/pixel-reference.ts';
import { serveAddressedSlide, type ServedOverHttp } from './served-over-http.ts';

/** What IIIF Image API 3.0 (iiif.io/api/image/3.0) demands of a level 2 service, clause by clause. */

const WIDTH = 1_403;
const HEIGHT = 1_101;

let served: ServedOverHttp;
let base = '';
let id = '';
beforeAll(async () => {
  served = await serveAddressedSlide({
    layout: 'svs',
    width: WIDTH,
    height: HEIGHT,
    levels: [1, 2, 4],
  });
  base = `/api/interop/iiif/${served.slide.id}`;
  id = served.server.url + base;
});
afterAll(() => served.server.dispose());

const get = (path: string, headers: Record<string, string> = {}) =>
  served.program.fetch(base + path, { headers });

async function picture(path: string) {
  const reply = await get(path);
  expect(reply.status, `${path}: ${reply.status}`).toBe(200);
  return await decodeReference(new Uint8Array(await reply.arrayBuffer()));
}

async function sizeOf(path: string): Promise<[number, number]> {
  const { width, height } = await picture(path);
  return [width, height];
}

/** The pattern of level 0 in a region, scaled. */
async function pattern(
  area: { x: number; y: number; width: number; height: number },
  [width, height] = [area.width, area.height],
) {
  const { data } = expectedRegion(0, area);
  const raw = { width: area.width, height: area.height, channels: 3 } as const;
  const scaled = sharp(Buffer.from(data), { raw }).resize(width, height, { fit: 'fill' });
  return {
    width,
    height,
    channels: 3 as const,
    data: new Uint8Array(await scaled.raw().toBuffer()),
  };
}

describe('section 2 and 5: the base URI and the image information', () => {
  test('the base URI leads to info.json by 303', async () => {
    const reply = await get('');
    expect(reply.status).toBe(303);
    expect(reply.headers.get('location')).toBe(`${id}/info.json`);
  });

  test('info.json has what must be there', async () => {
    const info = (await (await get('/info.json')).json()) as Record<string, unknown>;
    expect(info).toMatchObject({
      '@context': 'http://iiif.io/api/image/3/context.json',
      id,
      type: 'ImageService3',
      protocol: 'http://iiif.io/api/image',
      profile: 'level2',
      width: WIDTH,
      height: HEIGHT,
    });
    expect(info['maxWidth']).toBeGreaterThan(0);
  });

  test('it is JSON-LD with its profile, and plain JSON for who asks for that', async () => {
    const profile = 'application/ld+json;profile="http://iiif.io/api/image/3/context.json"';
    expect((await get('/info.json')).headers.get('content-type')).toBe(profile);
    const both = await get('/info.json', { Accept: 'application/ld+json, application/json' });
    expect(both.headers.get('content-type')).toBe(profile);
    const plain = await get('/info.json', { Accept: 'application/json' });
    expect(plain.headers.get('content-type')).toBe('application/json');
  });

  test('every size that it lists is served, and every tile that it implies', async () => {
    const info = (await (await get('/info.json')).json()) as {
      sizes: { width: number; height: number }[];
      tiles: { width: number; scaleFactors: number[] }[];
    };
    expect(info.sizes.length).toBeGreaterThan(0);
    for (const { width, height } of info.sizes) {
      expect(await sizeOf(`/full/${width},${height}/0/default.jpg`)).toEqual([width, height]);
    }
    const [{ width: side, scaleFactors } = { width: 0, scaleFactors: [] }] = info.tiles;
    expect(Math.max(WIDTH, HEIGHT) / (scaleFactors.at(-1) ?? 1)).toBeLessThanOrEqual(side);
    for (const factor of scaleFactors) {
      const x = Math.floor((WIDTH - 1) / (side * factor)) * side * factor;
      const width = Math.min(side * factor, WIDTH - x);
      const height = Math.min(side * factor, HEIGHT);
      const size = [Math.ceil(width / factor), Math.ceil(height / factor)];
      const path = `/${x},0,${width},${height}/${size.join(',')}/0/default.jpg`;
      expect(await sizeOf(path), path).toEqual(size);
    }
  });
});

describe('section 4.1: region', () => {
  test.each([
    ['full', WIDTH, HEIGHT],
    ['square', HEIGHT, HEIGHT],
    ['100,200,300,400', 300, 400],
    ['1300,1000,300,300', 103, 101],
    ['pct:50,50,50,50', 701, 550],
    ['pct:41.6,7.5,10,10.25', 140, 113],
  ])('%s', async (region, width, height) => {
    expect(await sizeOf(`/${region}/max/0/default.jpg`)).toEqual([width, height]);
  });

  test('shows what lies there', async () => {
    const area = { x: 300, y: 517, width: 333, height: 222 };
    const shown = await picture('/300,517,333,222/max/0/default.png');
    expect(meanDifference(shown, await pattern(area))).toBeLessThan(8);
    const square = await picture('/square/max/0/default.png');
    const middle = { x: 151, y: 0, width: HEIGHT, height: HEIGHT };
    expect(meanDifference(square, await pattern(middle))).toBeLessThan(8);
  });

  test.each([
    '1403,0,10,10',
    '0,1101,10,10',
    '0,0,0,10',
    '0,0,10,0',
    'pct:100,0,10,10',
    'pct:0,0,0,10',
    '-1,0,10,10',
    '1.5,0,10,10',
    '0,0,10',
    'a,b,c,d',
    'whole',
    'pct:1e1,0,10,10',
  ])('%s is a bad request', async (region) => {
    expect((await get(`/${region}/max/0/default.jpg`)).status).toBe(400);
  });
});

describe('section 4.2: size', () => {
  test.each([
    ['max', 1_000, 500],
    ['500,', 500, 250],
    [',100', 200, 100],
    ['pct:25', 250, 125],
    ['pct:12.5', 125, 63],
    ['300,300', 300, 300],
    ['!300,300', 300, 150],
    ['!300,100', 200, 100],
    ['!5000,5000', 1_000, 500],
    ['1000,500', 1_000, 500],
    ['^500,', 500, 250],
    ['^!300,300', 300, 150],
    ['^pct:25', 250, 125],
  ])('%s', async (size, width, height) => {
    expect(await sizeOf(`/0,0,1000,500/${size}/0/default.jpg`)).toEqual([width, height]);
  });

  test('shows the whole region, also distorted', async () => {
    const area = { x: 64, y: 32, width: 1_000, height: 800 };
    const shown = await picture('/64,32,1000,800/700,300/0/default.png');
    expect(meanDifference(shown, await pattern(area, [700, 300]))).toBeLessThan(9);
  });

  test.each([
    '1001,',
    ',501',
    'pct:101',
    '1001,10',
    '0,',
    ',0',
    '0,0',
    'pct:0',
    ',',
    '!,',
    '10',
    'x,',
    '5,5,5',
    'full',
    '^^max',
    '^x,',
    '^!,',
  ])('%s is a bad request', async (size) => {
    expect((await get(`/0,0,1000,500/${size}/0/default.jpg`)).status).toBe(400);
  });

  test.each(['%5Emax', '^max', '^2000,', '^pct:200', '^!2000,2000'])(
    '%s, upscaling, is not implemented',
    async (size) => {
      expect((await get(`/0,0,1000,500/${size}/0/default.jpg`)).status).toBe(501);
    },
  );
});

describe('section 4.3: rotation', () => {
  const area = { x: 0, y: 0, width: 400, height: 200 };
  const path = '/0,0,400,200/max';

  test.each([
    ['0', (original: Sharp) => original],
    ['90', (original: Sharp) => original.rotate(90)],
    ['180', (original: Sharp) => original.rotate(180)],
    ['270', (original: Sharp) => original.rotate(270)],
    ['360', (original: Sharp) => original],
    ['!0', (original: Sharp) => original.flop()],
    ['!180', (original: Sharp) => original.flip()],
  ] as const)('%s turns clockwise, after mirroring', async (rotation, turn) => {
    const shown = await picture(`${path}/${rotation}/default.png`);
    const { data, ...size } = await pattern(area);
    const turned = turn(sharp(data, { raw: size }));
    const { data: wanted, info } = await turned.raw().toBuffer({ resolveWithObject: true });
    expect([shown.width, shown.height]).toEqual([info.width, info.height]);
    expect(meanDifference(shown, { ...shown, data: new Uint8Array(wanted) })).toBeLessThan(8);
  });

  test('!90 mirrors first and turns then', async () => {
    const shown = await picture(`${path}/!90/default.png`);
    const { data, ...size } = await pattern(area);
    const mirrored = await sharp(data, { raw: size }).flop().raw().toBuffer();
    const wanted = await sharp(mirrored, { raw: size }).rotate(90).raw().toBuffer();
    expect(meanDifference(shown, { ...shown, data: new Uint8Array(wanted) })).toBeLessThan(8);
  });

  test.each(['-90', '361', 'abc', '!', '90!', '1e1'])('%s is a bad request', async (rotation) => {
    expect((await get(`${path}/${rotation}/default.jpg`)).status).toBe(400);
  });

  test('an angle between is not implemented', async () => {
    expect((await get(`${path}/22.5/default.jpg`)).status).toBe(501);
  });
});

describe('section 4.4 and 4.5: quality and format', () => {
  const path = '/0,0,400,200/200,100/0';

  async function metadataOf(file: string) {
    const reply = await get(`${path}/${file}`);
    expect(reply.status).toBe(200);
    const type = reply.headers.get('content-type');
    const bytes = Buffer.from(await reply.arrayBuffer());
    return { type, bytes, ...(await sharp(bytes).metadata()) };
  }

  test.each(['default', 'color'])('%s is in colour', async (quality) => {
    const { channels, type, format } = await metadataOf(`${quality}.jpg`);
    expect([channels, type, format]).toEqual([3, 'image/jpeg', 'jpeg']);
  });

  test('gray has no colour', async () => {
    expect((await metadataOf('gray.jpg')).channels).toBe(1);
  });

  test('bitonal has black and white alone', async () => {
    const { bytes, type } = await metadataOf('bitonal.png');
    expect(type).toBe('image/png');
    const values = new Set(await sharp(bytes).greyscale().raw().toBuffer());
    expect([...values].every((value) => value === 0 || value === 255)).toBe(true);
  });

  test.each(['native.jpg', 'default', 'default.', '.jpg', 'default.xyz', 'default.jpg.jpg'])(
    '%s is a bad request',
    async (file) => {
      expect((await get(`${path}/${file}`)).status).toBe(400);
    },
  );

  test.each(['default.tif', 'default.webp'])('%s is not implemented', async (file) => {
    expect((await get(`${path}/${file}`)).status).toBe(501);
  });
});

describe('section 4.7, 6 and 7: what comes with a picture', () => {
  test('Link names the profile and the canonical form', async () => {
    const { headers } = await get('/0,0,1403,1101/pct:50/0/color.jpg');
    expect(headers.get('link')).toBe(
      `<http://iiif.io/api/image/3/level2.json>;rel="profile", <${id}/full/702,551/0/default.jpg>;rel="canonical"`,
    );
    expect((await get('/full/702,551/0/default.jpg')).status).toBe(200);
  });

  test('any origin may read it', async () => {
    for (const path of ['/info.json', '/full/100,/0/default.jpg', '/full/0,/0/default.jpg']) {
      expect((await get(path)).headers.get('access-control-allow-origin')).toBe('*');
    }
  });

  test('without a token it is 401, of a slide that is not there 404', async () => {
    const anonymous = await served.server.anonymous.fetch(`${base}/info.json`);
    expect(anonymous.status).toBe(401);
    const unknown = '/api/interop/iiif/00000000-0000-4000-8000-000000000000/info.json';
    expect((await served.program.fetch(unknown)).status).toBe(404);
  });
});
