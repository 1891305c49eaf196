import type { Page } from '@playwright/test';
import { ENDPOINTS } from '../../shared/api/endpoints.ts';
import type { SlideSummary } from '../../shared/slide/slide.ts';
import { expect, test } from './product.ts';
import {
  demoSlide,
  openViewer,
  pane,
  pictureOf,
  untilComplete,
  viewAfter,
  viewIn,
} from './viewer-bench.ts';

/** 8000 × 6000 px at 0.25 µm: 40x at full resolution. */
let slide: SlideSummary;

test.beforeAll(async ({ browser }) => {
  slide = await demoSlide(browser, 'Colonic adenocarcinoma, H&E');
});

async function magnification(page: Page): Promise<string> {
  return (await page.getByTestId('magnification').textContent()) ?? '';
}

test('a slide opens whole and is read to its full depth with the keys alone', async ({ as }) => {
  const page = await as('pathologist', { language: 'en' });
  await openViewer(page, slide.id);
  await untilComplete(page);
  await expect(pane(page)).toBeFocused();
  for (const [key, text] of [
    ['1', '1.25×'],
    ['2', '2.5×'],
    ['3', '5×'],
    ['4', '10×'],
    ['5', '20×'],
    ['6', '40×'],
  ] as const) {
    await page.keyboard.press(key);
    await expect(page.getByTestId('magnification')).toHaveText(text);
    await untilComplete(page);
  }
  await expect(page.getByTestId('scale-a')).toHaveText('20 µm');
  await expect(page.getByTestId('field-state')).toHaveText('Full resolution');
  await expect(page.getByTestId('viewer-said')).toContainText('40×');
  expect(await viewAfter(page, () => page.keyboard.press('0'))).toMatchObject({ x: 4000, y: 3000 });
});

test('arrows pan by 15 % of the field, with Shift by a whole one', async ({ as }) => {
  const page = await as('pathologist', { language: 'en' });
  await openViewer(page, slide.id, { view: '4000,3000,1,0,0' });
  const box = await pane(page).boundingBox();
  const right = await viewAfter(page, () => page.keyboard.press('ArrowRight'));
  expect(right.x - 4000).toBeCloseTo((box?.width ?? 0) * 0.15, 0);
  const down = await viewAfter(page, () => page.keyboard.press('Shift+ArrowDown'));
  expect(down.y - 3000).toBeCloseTo(box?.height ?? 0, 0);
  const left = await viewAfter(page, () => page.keyboard.press('a'));
  expect(left.x).toBeCloseTo(4000, 6);
});

test('the wheel zooms at the pointer: what lies under it stays', async ({ as }) => {
  const page = await as('pathologist', { language: 'en' });
  await openViewer(page, slide.id, { view: '4000,3000,4,0,0' });
  const box = await pane(page).boundingBox();
  if (box === null) throw new Error('no pane');
  const [dx, dy] = [200, -100];
  await page.mouse.move(box.x + box.width / 2 + dx, box.y + box.height / 2 + dy);
  const view = await viewAfter(page, () => page.mouse.wheel(0, -320));
  expect(view.pxPerScreenPx).toBeCloseTo(2, 6);
  expect(view.x + dx * view.pxPerScreenPx).toBeCloseTo(4000 + dx * 4, 3);
  expect(view.y + dy * view.pxPerScreenPx).toBeCloseTo(3000 + dy * 4, 3);
});

test('dragging moves the slide with the hand, turned and flipped too', async ({ as }) => {
  const page = await as('pathologist', { language: 'en' });
  await openViewer(page, slide.id, { view: '4000,3000,2,90,1' });
  const box = await pane(page).boundingBox();
  if (box === null) throw new Error('no pane');
  await page.mouse.move(box.x + 300, box.y + 300);
  await page.mouse.down();
  const view = await viewAfter(page, async () => {
    await page.mouse.move(box.x + 400, box.y + 300, { steps: 5 });
    await page.mouse.up();
  });
  // Flipped: to the right on the screen is the opposite of what a turn by 90° makes of it.
  expect(view.x).toBeCloseTo(4000, 6);
  expect(Math.abs(view.y - 3000)).toBeCloseTo(200, 6);
});

test('two fingers zoom at their middle', async ({ as }) => {
  const page = await as('pathologist', { language: 'en' });
  await openViewer(page, slide.id, { view: '4000,3000,4,0,0' });
  const box = await pane(page).boundingBox();
  if (box === null) throw new Error('no pane');
  const [cx, cy] = [box.x + box.width / 2, box.y + box.height / 2];
  const cdp = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', apart: number) =>
    cdp.send('Input.dispatchTouchEvent', {
      type,
      touchPoints:
        type === 'touchEnd'
          ? []
          : [
              { x: cx - apart, y: cy, id: 1 },
              { x: cx + apart, y: cy, id: 2 },
            ],
    });
  const view = await viewAfter(page, async () => {
    await touch('touchStart', 60);
    for (const apart of [70, 80, 90, 100, 110, 120]) await touch('touchMove', apart);
    await touch('touchEnd', 0);
  });
  expect(view.pxPerScreenPx).toBeCloseTo(2, 2);
  expect(view.x).toBeCloseTo(4000, 0);
  expect(view.y).toBeCloseTo(3000, 0);
});

test('the address restores the exact view, pixel for pixel', async ({ as }) => {
  const page = await as('pathologist', { language: 'en' });
  await openViewer(page, slide.id, { view: '4321.5,2987.25,1.7,0,0' });
  await viewAfter(page, async () => {
    await page.keyboard.press('Shift+Period');
    await page.keyboard.press('Shift+Period');
    await page.keyboard.press('x');
  });
  // One at a time: the address may come to rest between two keys.
  const view = await viewAfter(page, () => page.keyboard.press('ArrowLeft'));
  expect(view.flip).toBe(true);
  expect(view.rotation).toBe(10);
  await untilComplete(page);
  const before = await pictureOf(page);

  const second = await as('expert', { language: 'zh' });
  await second.goto(page.url());
  await untilComplete(second);
  expect(viewIn(second)).toEqual(view);
  const after = await pictureOf(second);
  expect([after.width, after.height]).toEqual([before.width, before.height]);
  expect(after.data.equals(before.data)).toBe(true);
});

test('no change of magnification shows bare glass where there is a slide', async ({ as }) => {
  const page = await as('pathologist', { language: 'en' });
  // The tile under all others comes late, as from a server that has just started.
  const reply = await page.request.get(`/api/slides/${slide.id}`);
  const { properties } = ENDPOINTS['slide.get'].reply.schema.parse(await reply.json());
  const coarsest = (properties?.pyramid.levels.length ?? 0) - 1;
  await page.route(`**/tiles/*/${coarsest}/0/0*`, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await route.continue();
  });
  await openViewer(page, slide.id, { view: '4000,3000,1,0,0' });
  await untilComplete(page);
  // At 1.25x the slide is 250 × 187 px on the screen: what is looked at must lie within it.
  await page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.pane-picture canvas');
    const ctx = canvas?.getContext('2d');
    const seen = { frames: 0, bare: 0, isOver: false };
    Object.assign(window, { seen });
    const look = () => {
      if (seen.isOver || canvas === null || ctx === null || ctx === undefined) return;
      const { data } = ctx.getImageData(canvas.width / 2 - 60, canvas.height / 2 - 60, 120, 120);
      seen.frames += 1;
      for (let at = 3; at < data.length; at += 4) {
        if (data[at] === 255) continue;
        seen.bare += 1;
        break;
      }
      requestAnimationFrame(look);
    };
    look();
  });
  for (const key of ['3', '6', '4', '2', '6', '1', '5']) {
    await page.keyboard.press(key);
    await page.waitForTimeout(450);
  }
  const seen = await page.evaluate(() => {
    const { seen: counted } = window as unknown as {
      seen: { frames: number; bare: number; isOver: boolean };
    };
    counted.isOver = true;
    return counted;
  });
  expect(seen.frames).toBeGreaterThan(30);
  expect(seen.bare).toBe(0);
});

test('tiles that went out of sight are really aborted', async ({ as }) => {
  const page = await as('pathologist', { language: 'en' });
  await openViewer(page, slide.id, { view: '1000,1000,1,0,0' });
  await untilComplete(page);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 300,
    downloadThroughput: 250_000,
    uploadThroughput: 250_000,
  });
  let aborted = 0;
  page.on('requestfailed', (request) => {
    if (request.url().includes('/tiles/') && request.failure()?.errorText === 'net::ERR_ABORTED') {
      aborted += 1;
    }
  });
  for (let step = 0; step < 8; step += 1) {
    await page.keyboard.press('Shift+ArrowRight');
    await page.waitForTimeout(60);
  }
  await expect.poll(() => aborted).toBeGreaterThan(5);
  await cdp.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: -1,
  });
  await untilComplete(page);
});

test('the picture can be adjusted, says so, and is set back with one key', async ({ as }) => {
  const page = await as('pathologist', { language: 'en' });
  await openViewer(page, slide.id);
  await page.keyboard.press('i');
  await page.getByRole('slider', { name: 'Gamma' }).focus();
  for (let step = 0; step < 4; step += 1) await page.keyboard.press('ArrowRight');
  await expect(page.getByText('Image adjusted')).toBeVisible();
  const canvas = page.locator('.pane-picture canvas').first();
  await expect(canvas).toHaveCSS('filter', /url/);
  await pane(page).focus();
  await page.keyboard.press('Shift+I');
  await expect(page.getByText('Image adjusted')).toHaveCount(0);
  await expect(canvas).toHaveCSS('filter', 'none');
});

test('the keys of the viewer stand in the list that ? shows', async ({ as }) => {
  const page = await as('pathologist', { language: 'en' });
  await openViewer(page, slide.id);
  await page.keyboard.press('Shift+Slash');
  const list = page.getByRole('dialog');
  await expect(list.getByText('Show the whole slide')).toBeVisible();
  await expect(list.getByText('Lock panes together')).toBeVisible();
});

test('next and previous slide come with Page Down and Page Up', async ({ as }) => {
  const page = await as('pathologist', { language: 'en' });
  await openViewer(page, slide.id);
  await untilComplete(page);
  await expect(page.locator('.tray-open[aria-current]')).toHaveCount(1);
  const first = page.url();
  await page.keyboard.press('PageUp');
  await expect.poll(() => new URL(page.url()).pathname).not.toBe(new URL(first).pathname);
  await untilComplete(page);
  await page.keyboard.press('PageDown');
  await expect.poll(() => new URL(page.url()).pathname).toBe(new URL(first).pathname);
  await page.goBack();
  await expect.poll(() => new URL(page.url()).pathname).not.toBe(new URL(first).pathname);
  expect(await magnification(page)).not.toBe('');
});
