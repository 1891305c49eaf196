import type { SlideSummary } from '../../shared/slide/slide.ts';
import { expect, test } from './product.ts';
import { demoSlide, openViewer, pane, untilComplete, viewIn } from './viewer-bench.ts';

/** The same block, H&E at 0.25 µm and Ki-67 at 0.5 µm per pixel. */
let stained: SlideSummary;
let marked: SlideSummary;

test.beforeAll(async ({ browser }) => {
  stained = await demoSlide(browser, 'Colonic adenocarcinoma, H&E');
  marked = await demoSlide(browser, 'Colonic adenocarcinoma, Ki-67');
});

test('Shift+Enter in the tray opens a slide beside; locked panes move as one', async ({ as }) => {
  const page = await as('pathologist', { language: 'en' });
  await openViewer(page, stained.id, { view: '4000,3000,4,0,0' });
  await untilComplete(page);
  await page.locator('.tray-open', { hasText: 'Ki-67' }).filter({ hasText: '结肠腺癌' }).focus();
  await page.keyboard.press('Shift+Enter');
  await expect(pane(page, 'b')).toBeVisible();
  await expect.poll(() => new URL(page.url()).searchParams.get('b')).toContain(marked.id);

  await pane(page, 'a').focus();
  await page.keyboard.press('y');
  await expect.poll(() => new URL(page.url()).searchParams.get('linked')).toBe('1');
  // Brought to the same magnification: 1 µm per screen pixel is 4 px of one slide and 2 of the other.
  await expect.poll(() => viewIn(page, 'b').pxPerScreenPx).toBeCloseTo(2, 6);
  const before = { a: viewIn(page), b: viewIn(page, 'b') };

  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+Period');
  await expect.poll(() => viewIn(page).rotation).toBe(5);
  await expect.poll(() => viewIn(page, 'b').rotation).toBe(5);
  const after = { a: viewIn(page), b: viewIn(page, 'b') };
  expect(after.a.x).toBeGreaterThan(before.a.x);
  expect((after.b.x - before.b.x) * 2).toBeCloseTo(after.a.x - before.a.x, 6);

  await pane(page, 'b').focus();
  await page.keyboard.press('5');
  await expect.poll(() => viewIn(page, 'b').pxPerScreenPx).toBeCloseTo(1, 6);
  expect(viewIn(page).pxPerScreenPx).toBeCloseTo(2, 6);
});

test('with Alt one pane moves alone, and the new offset is kept', async ({ as }) => {
  const page = await as('pathologist', { language: 'en' });
  await openViewer(page, stained.id, {
    view: '4000,3000,4,0,0',
    layout: 'two',
    b: `${marked.id}:2000,1500,2,0,0`,
    linked: '1',
  });
  await expect(pane(page, 'b')).toBeVisible();
  const box = await pane(page, 'b').boundingBox();
  if (box === null) throw new Error('no pane');
  await page.keyboard.down('Alt');
  await page.mouse.move(box.x + 200, box.y + 200);
  await page.mouse.down();
  await page.mouse.move(box.x + 150, box.y + 200, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up('Alt');
  await expect.poll(() => viewIn(page, 'b').x).toBeCloseTo(2100, 3);
  expect(viewIn(page).x).toBe(4000);

  await page.mouse.move(box.x + 200, box.y + 200);
  await page.mouse.down();
  await page.mouse.move(box.x + 190, box.y + 200, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => viewIn(page, 'b').x).toBeCloseTo(2120, 3);
  await expect.poll(() => viewIn(page).x).toBeCloseTo(4040, 3);
});

test('the address restores four panes, their slides, views and the link', async ({ as }) => {
  const page = await as('pathologist', { language: 'en' });
  const search = {
    view: '4000.5,3000.25,4,0,0',
    layout: 'four',
    b: `${marked.id}:2000,1500,2,12.5,0`,
    c: `${stained.id}:1000,900,2.5,0,1`,
    d: `${marked.id}:700,600,1.25,270,1`,
    linked: '1',
  };
  await openViewer(page, stained.id, search);
  for (const name of ['a', 'b', 'c', 'd'] as const) await expect(pane(page, name)).toBeVisible();
  await untilComplete(page);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowLeft');
  await page.waitForTimeout(1200);
  const url = new URL(page.url());
  expect(viewIn(page)).toMatchObject({ pxPerScreenPx: 4, rotation: 0, flip: false });
  expect(viewIn(page).x).toBeCloseTo(4000.5, 6);
  for (const key of ['b', 'c', 'd'] as const) {
    const wanted = search[key].split(':')[1]?.split(',').map(Number) ?? [];
    const { x, y, pxPerScreenPx, rotation } = viewIn(page, key);
    for (const [at, value] of [x, y, pxPerScreenPx, rotation].entries()) {
      expect(value).toBeCloseTo(wanted[at] ?? Number.NaN, 6);
    }
  }
  const second = await as('pathologist', { language: 'en' });
  await second.goto(url.href);
  await expect(pane(second, 'd')).toBeVisible();
  await second.waitForTimeout(800);
  expect(new URL(second.url()).search).toBe(url.search);
});

test('a slide can be dragged from the tray into a pane', async ({ as }) => {
  const page = await as('pathologist', { language: 'en' });
  await openViewer(page, stained.id);
  await page.getByRole('radio', { name: 'Two panes side by side' }).click();
  await expect(pane(page, 'b')).toBeVisible();
  const item = page.locator('.tray-open', { hasText: 'Ki-67' }).filter({ hasText: '结肠腺癌' });
  await item.dragTo(page.locator('[data-pane="b"]'));
  await expect.poll(() => new URL(page.url()).searchParams.get('b')).toContain(marked.id);
});
