import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { writeAddressedSlide } from '../../fixtures/addressed-slide.ts';
import type { SlideDetail } from '../../shared/slide/slide.ts';
import { openShapedLine, type ShapedLine } from '../bench/shaped-line.ts';
import { expect, LANGUAGES, test, word } from './product.ts';
import { makeSlide, openViewer, pictureOf, untilComplete } from './viewer-bench.ts';

const SIZE = { width: 1400, height: 1100, tile: 256 } as const;
/** The whole slide at full resolution: 30 tiles. */
const FULL = { view: '700,550,1,0,0' };
const WINDOW = { width: 1760, height: 1340 };

let line: ShapedLine;
let sound: SlideDetail;
let damaged: SlideDetail;

/** Takes away the mark by which a JPEG begins, in the tile at (2, 1) of level 0. */
async function damageTile(path: string): Promise<void> {
  const bytes = await readFile(path);
  const columns = Math.ceil(SIZE.width / SIZE.tile);
  let at = -1;
  for (let tile = 0; tile <= columns + 2; tile += 1) {
    at = bytes.indexOf(Buffer.from([0xff, 0xd8, 0xff]), at + 1);
  }
  bytes.fill(0, at, at + 4);
  await writeFile(path, bytes);
}

function make(
  browser: Browser,
  name: string,
  barcode: string,
  change = (_path: string) => Promise.resolve(),
) {
  return makeSlide(browser, name, async (folder) => {
    const { path } = writeAddressedSlide(join(folder, `${name}.svs`), {
      layout: 'svs',
      ...SIZE,
      barcode,
    });
    await change(path);
    return path;
  });
}

test.beforeAll(async ({ browser, baseURL }) => {
  line = await openShapedLine({ megabits: 20, roundTripMs: 150 }, new URL(baseURL ?? ''));
  sound = await make(browser, 'Sound over a slow line', 'DEMO-0011');
  damaged = await make(browser, 'Damaged over a slow line', 'DEMO-0012', damageTile);
});
test.afterAll(() => line.close());

/** Addresses of requests for several tiles at once, as they are made. */
function followStreams(page: Page): readonly string[] {
  const streams: string[] = [];
  page.on('request', (request) => {
    if (/\/tiles\/\d+\?tiles=/.test(request.url())) streams.push(request.url());
  });
  return streams;
}

async function openOverLine(
  page: Page,
  slide: SlideDetail,
  search: Readonly<Record<string, string>>,
) {
  await page.goto(`${line.url}/slides/${slide.id}?${new URLSearchParams(search).toString()}`);
}

test('tiles that came in one reply draw the same picture as tiles that came alone', async ({
  as,
}) => {
  const far = await as('pathologist', { language: 'en' });
  await far.setViewportSize(WINDOW);
  const streams = followStreams(far);
  await openOverLine(far, sound, FULL);
  await untilComplete(far);
  expect(streams.length).toBeGreaterThan(0);
  const near = await as('pathologist', { language: 'en' });
  await near.setViewportSize(WINDOW);
  await near.route(/\/tiles\/\d+\?tiles=/, (route) => route.abort());
  await openViewer(near, sound.id, FULL);
  await untilComplete(near);
  const [streamed, single] = [await pictureOf(far), await pictureOf(near)];
  expect([streamed.width, streamed.height]).toEqual([single.width, single.height]);
  expect(streamed.data.equals(single.data)).toBe(true);
});

test('a damaged tile among others is hatched and counted, and holds up none of them', async ({
  as,
}) => {
  const page = await as('pathologist', { language: 'en' });
  await page.setViewportSize(WINDOW);
  const streams = followStreams(page);
  await openOverLine(page, damaged, FULL);
  await expect(page.getByTestId('field-state')).toContainText('1 tile cannot be shown');
  expect(streams.some((url) => url.includes('0.2.1'))).toBe(true);
  const said = await page.getByTestId('field-state').textContent();
  expect(said).not.toContain('tiles cannot');
});

test('the field beside is there before the reader gets to it', async ({ as }) => {
  const page = await as('pathologist', { language: 'en' });
  await openOverLine(page, sound, { view: '300,300,0.5,0,0' });
  await untilComplete(page);
  await page.keyboard.press('Shift+ArrowRight');
  await untilComplete(page);
  await page.waitForLoadState('networkidle');
  const asked: string[] = [];
  page.on('request', (request) => {
    if (/\/tiles\/\d+(\?|\/0\/)/.test(request.url())) asked.push(request.url());
  });
  const before = await pictureOf(page);
  await page.keyboard.press('Shift+ArrowDown');
  await expect.poll(async () => (await pictureOf(page)).data.equals(before.data)).toBe(false);
  await untilComplete(page);
  const ownRow = asked.filter((url) => url.includes(sound.id) && /0\.0\.1|\/0\/0\/1/.test(url));
  expect(ownRow).toEqual([]);
});

for (const language of LANGUAGES) {
  test(`the line is told in figures, calmly, and in full where the reader asks (${language})`, async ({
    as,
  }) => {
    const page = await as('pathologist', { language });
    await openOverLine(page, sound, FULL);
    await untilComplete(page);
    const badge = page.getByTestId('line');
    await expect(badge).toHaveAttribute('data-slow', 'true');
    await expect(badge).toContainText(/\d+ ms/);
    const name = word(language, '网络线路', 'Line to the server');
    await badge.getByRole('button', { name }).click();
    await expect(page.getByRole('dialog', { name })).toContainText(/Mbit\/s|–/);
  });

  test(`lighter tiles come only by choice, are said as long as they do, and end by it (${language})`, async ({
    as,
  }) => {
    const page = await as('pathologist', { language });
    const light: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('quality=light')) light.push(request.url());
    });
    await openViewer(page, sound.id, FULL);
    await untilComplete(page);
    expect(light).toEqual([]);
    await expect(page.getByTestId('light-tiles')).toHaveCount(0);
    const full = await pictureOf(page);
    await page.getByTestId('line').getByRole('button').click();
    const choice = page.getByRole('switch', {
      name: word(language, '省流量画质', 'Lighter image quality'),
    });
    await page
      .getByText(word(language, '省流量画质', 'Lighter image quality'), { exact: true })
      .click();
    await expect(choice).toBeChecked();
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('light-tiles')).toContainText(
      word(language, '细节有损', 'detail is lost'),
    );
    await untilComplete(page);
    expect(light.length).toBeGreaterThan(0);
    expect((await pictureOf(page)).data.equals(full.data)).toBe(false);
    await page.reload();
    await expect(page.getByTestId('light-tiles')).toBeVisible();
    await page
      .getByRole('button', { name: word(language, '恢复原画质', 'Back to full quality') })
      .click();
    await expect(page.getByTestId('light-tiles')).toHaveCount(0);
    await untilComplete(page);
    await expect.poll(async () => (await pictureOf(page)).data.equals(full.data)).toBe(true);
  });
}
