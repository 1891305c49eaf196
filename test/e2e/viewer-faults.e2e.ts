import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page, Route } from '@playwright/test';
import { writeAddressedSlide } from '../../fixtures/addressed-slide.ts';
import type { SlideDetail } from '../../shared/slide/slide.ts';
import { createTileFrameReader, frameHead } from '../../shared/slide/tile-frames.ts';
import { TILE_FRAMES_TYPE } from '../../shared/slide/tile-list.ts';
import { expect, test } from './product.ts';
import {
  demoSlide,
  makeSlide,
  openViewer,
  type Picture,
  pictureOf,
  pixelAt,
  untilComplete,
} from './viewer-bench.ts';

const SIZE = { width: 1400, height: 1100, tile: 256 } as const;
/** The whole slide at full resolution. */
const FULL = { view: '700,550,1,0,0' };
const WINDOW = { width: 1760, height: 1340 };
const START_OF_IMAGE = Buffer.from([0xff, 0xd8, 0xff]);

let damaged: SlideDetail;
let sound: SlideDetail;

/** Takes away the mark by which a JPEG begins, in the tile at (2, 1) of level 0. */
async function damageTile(path: string): Promise<void> {
  const bytes = await readFile(path);
  const columns = Math.ceil(SIZE.width / SIZE.tile);
  let at = -1;
  for (let tile = 0; tile <= columns + 2; tile += 1) at = bytes.indexOf(START_OF_IMAGE, at + 1);
  bytes.fill(0, at, at + 4);
  await writeFile(path, bytes);
}

test.beforeAll(async ({ browser }) => {
  damaged = await makeSlide(browser, 'Damaged', async (folder) => {
    const path = join(folder, 'damaged.svs');
    const written = writeAddressedSlide(path, { layout: 'svs', ...SIZE, barcode: 'DEMO-0002' });
    await damageTile(written.path);
    return written.path;
  });
  sound = await makeSlide(browser, 'Sound', (folder) => {
    const path = join(folder, 'sound.svs');
    return writeAddressedSlide(path, { layout: 'svs', ...SIZE, barcode: 'DEMO-0003' }).path;
  });
});

/** Share of the pixels of a tile at full resolution that are the hatch's own red. */
function hatched(picture: Picture, column: number, row: number): number {
  const left = Math.round(picture.width / 2 - 700 + column * SIZE.tile);
  const top = Math.round(picture.height / 2 - 550 + row * SIZE.tile);
  let [red, all] = [0, 0];
  for (let y = top + 4; y < top + 200; y += 1) {
    for (let x = left + 4; x < left + 200; x += 1) {
      const [r, g, b] = pixelAt(picture, x, y);
      if (Math.abs(r - 163) < 30 && Math.abs(g - 56) < 30 && Math.abs(b - 47) < 30) red += 1;
      all += 1;
    }
  }
  return red / all;
}

function fieldState(page: Page) {
  return page.getByTestId('field-state');
}

test('a damaged tile is hatched where it lies, counted, and never drawn as glass', async ({
  as,
}) => {
  const page = await as('pathologist', { language: 'en' });
  await page.setViewportSize(WINDOW);
  await openViewer(page, damaged.id, FULL);
  await expect(fieldState(page)).toContainText('1 tile cannot be shown');
  await expect(fieldState(page)).toHaveAttribute('data-complete', 'false');
  const picture = await pictureOf(page);
  expect(hatched(picture, 2, 1)).toBeGreaterThan(0.08);
  expect(hatched(picture, 3, 1)).toBeLessThan(0.01);
  expect(hatched(picture, 2, 2)).toBeLessThan(0.01);
  const centre = pixelAt(
    picture,
    Math.round(picture.width / 2 - 700 + 640),
    Math.round(picture.height / 2 - 550 + 384),
  );
  expect(centre[3]).toBe(255);
});

interface Fault {
  readonly status: number;
  readonly code: string;
}

function answer(route: Route, { status, code }: Fault): Promise<void> {
  return route.fulfill({
    status,
    contentType: 'application/problem+json',
    body: JSON.stringify({ code, fields: {}, requestId: '0' }),
  });
}

/** Puts a fault in the place of one tile of a reply that carries several. */
async function answerAmongOthers(route: Route, tile: string, { status, code }: Fault) {
  const reply = await route.fetch();
  const index = tilesIn(route).indexOf(tile);
  const problem = Buffer.from(JSON.stringify({ code, fields: {}, requestId: '0' }));
  const frames = createTileFrameReader().take(await reply.body());
  const changed = frames.map((frame) =>
    frame.index === index
      ? { index, status, mediaType: 'application/json' as const, body: problem }
      : frame,
  );
  const body = Buffer.concat(changed.flatMap((frame) => [frameHead(frame), frame.body]));
  await route.fulfill({ status: 200, contentType: TILE_FRAMES_TYPE, body });
}

function tilesIn(route: Route): string[] {
  const list = new URL(route.request().url()).searchParams.get('tiles') ?? '';
  return list.split('_').map((address) => address.replaceAll('.', '/'));
}

interface Failing {
  readonly count: () => number;
  readonly end: () => void;
}

/** Lets the line answer for the server: for one tile, alone or among others, a number of times at most. */
async function failTile(page: Page, tile: string, fault: Fault, most: number): Promise<Failing> {
  let [failures, times] = [0, most];
  await page.route(`**/tiles/*/${tile}`, (route) => {
    if (failures >= times) return route.continue();
    failures += 1;
    return answer(route, fault);
  });
  await page.route(/\/tiles\/\d+\?tiles=/, (route) => {
    if (failures >= times || !tilesIn(route).includes(tile)) return route.continue();
    failures += 1;
    return answerAmongOthers(route, tile, fault);
  });
  return {
    count: () => failures,
    end: () => {
      times = 0;
    },
  };
}

test('a tile that fails now and then is asked for again until it comes', async ({ as }) => {
  const page = await as('pathologist', { language: 'en' });
  await page.setViewportSize(WINDOW);
  const busy = { status: 503, code: 'server.unavailable' };
  const failures = await failTile(page, '0/2/1', busy, 3);
  await openViewer(page, sound.id, FULL);
  await untilComplete(page);
  expect(failures.count()).toBe(3);
  expect(hatched(await pictureOf(page), 2, 1)).toBe(0);
});

test('after three retries it is hatched, and comes when the reader asks once more', async ({
  as,
}) => {
  const page = await as('pathologist', { language: 'en' });
  await page.setViewportSize(WINDOW);
  // As long as it lasts: what is fetched ahead of the field may ask for the same tile.
  const busy = { status: 503, code: 'server.unavailable' };
  const failures = await failTile(page, '0/2/1', busy, Number.POSITIVE_INFINITY);
  await openViewer(page, sound.id, FULL);
  await expect(fieldState(page)).toContainText('1 tile cannot be shown');
  expect(failures.count()).toBeGreaterThanOrEqual(4);
  failures.end();
  expect(hatched(await pictureOf(page), 2, 1)).toBeGreaterThan(0.08);
  await fieldState(page).getByRole('button', { name: 'Try again' }).click();
  await untilComplete(page);
  expect(hatched(await pictureOf(page), 2, 1)).toBe(0);
});

test('a tile that has not arrived yet is marked otherwise and appears by itself', async ({
  as,
}) => {
  const page = await as('pathologist', { language: 'zh' });
  await page.setViewportSize(WINDOW);
  await failTile(page, '0/2/1', { status: 425, code: 'tile.not-arrived' }, 2);
  await openViewer(page, sound.id, FULL);
  await expect(fieldState(page)).toContainText('1 块尚未传到');
  expect(hatched(await pictureOf(page), 2, 1)).toBe(0);
  await untilComplete(page);
});

test('without a line the field says so, and fills when the line is back', async ({ as }) => {
  const page = await as('pathologist', { language: 'en' });
  await openViewer(page, sound.id, { view: '700,550,4,0,0' });
  await untilComplete(page);
  await page.context().setOffline(true);
  await page.keyboard.press('6');
  await expect(page.getByText('No connection')).toBeVisible();
  await expect(fieldState(page)).toContainText('cannot be shown', { timeout: 30_000 });
  await page.context().setOffline(false);
  await untilComplete(page);
  await expect(page.getByText('No connection')).toHaveCount(0);
});

test('a sign-in that has ended leads to the sign-in page, and back to the same view', async ({
  as,
  browser,
}) => {
  const { id } = await demoSlide(browser, 'Colonic adenocarcinoma, H&E');
  const page = await as('pathologist', { language: 'en' });
  await openViewer(page, id);
  await untilComplete(page);
  await page.context().clearCookies();
  await page.keyboard.press('6'); // the first to notice is a tile
  await expect(page).toHaveURL(/sign-in\?to=/);
  expect(decodeURIComponent(page.url())).toContain(`/slides/${id}?view=4000,3000,`);
});
