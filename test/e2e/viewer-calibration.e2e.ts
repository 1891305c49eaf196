import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import sharp from 'sharp';
import type { SlideDetail } from '../../shared/slide/slide.ts';
import { expect, test } from './product.ts';
import { demoSlide, makeSlide, openViewer, pane, untilComplete } from './viewer-bench.ts';

let photograph: SlideDetail;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  photograph = await makeSlide(browser, 'Photograph with a ruler', async (folder) => {
    const path = join(folder, 'ruler.png');
    // Never the same twice, or the hospital would be told that it has this slide, calibrated, already.
    const background = { r: 220 + randomInt(30), g: 200 + randomInt(30), b: 220 + randomInt(30) };
    const bar = {
      create: { width: 400, height: 8, channels: 3, background: { r: 20, g: 20, b: 30 } },
    } as const;
    await sharp({ create: { width: 1600, height: 1200, channels: 3, background } })
      .composite([{ input: bar, left: 600, top: 600 }])
      .png()
      .toFile(path);
    return path;
  });
});

test('a slide without mpp claims no micrometre; a person sets it, by number, and that is recorded', async ({
  as,
}) => {
  const page = await as('pathologist', { language: 'en' });
  await openViewer(page, photograph.id, { view: '800,600,2,0,0' });
  await untilComplete(page);
  await expect(page.getByText('Not calibrated: measured in pixels')).toBeVisible();
  await expect(page.getByTestId('scale-a')).toHaveText('200 px');
  await expect(page.getByTestId('magnification')).toHaveCount(0);

  await page
    .getByRole('region', { name: 'Status' })
    .getByRole('button', { name: 'Calibrate' })
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Save calibration' }).click();
  await expect(dialog.getByText('Say why, in at least 3 characters.')).toBeVisible();
  await dialog.getByLabel('Micrometres per pixel').fill('250');
  await expect(dialog.getByText('Check the unit once more')).toBeVisible();
  await dialog.getByLabel('Micrometres per pixel').fill('０.５'); // full-width digits, as an input method types them
  await dialog.getByLabel('Reason').fill('Camera on the 20x objective');
  await dialog.getByRole('button', { name: 'Save calibration' }).click();
  await expect(dialog).toHaveCount(0);

  await expect(page.getByTestId('magnification')).toHaveText('10×');
  await expect(page.getByTestId('scale-a')).toHaveText('100 µm');
  await expect(page.getByRole('region', { name: 'Status' })).toContainText('0.5 µm/px · set by');
});

test('or by a line over something known; the history keeps both', async ({ as }) => {
  const page = await as('pathologist', { language: 'zh' });
  await openViewer(page, photograph.id, { view: '800,604,2,0,0' });
  await untilComplete(page);
  await page.keyboard.press('Shift+P');
  const details = page.getByRole('complementary', { name: '切片信息' });
  await details.getByRole('button', { name: '标定…' }).click();
  await page.getByText('画已知长度的线').click();
  await page.getByRole('button', { name: '在切片上画线' }).click();

  const surface = page.getByRole('application', { name: '点选线的起点' });
  const box = await pane(page).boundingBox();
  if (box === null) throw new Error('no pane');
  const [cx, cy] = [box.x + box.width / 2, box.y + box.height / 2];
  await surface.click({ position: { x: box.width / 2 - 100, y: box.height / 2 } });
  await page.mouse.click(cx + 100, cy);

  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('该线的实际长度（µm）').fill('100');
  await expect(dialog.getByText('线长 400 像素，合 0.25 µm/像素。')).toBeVisible();
  await dialog.getByLabel('理由').fill('照片上的标尺');
  await dialog.getByRole('button', { name: '保存标定' }).click();
  await expect(page.getByTestId('magnification')).toHaveText('20×');

  await details.getByRole('button', { name: '标定…' }).click();
  const history = page.getByRole('dialog').getByRole('listitem');
  await expect(history).toHaveCount(2);
  await expect(history.first()).toContainText('照片上的标尺');
  await expect(history.last()).toContainText('Camera on the 20x objective');
});

test('who may not calibrate is not offered it', async ({ as, browser }) => {
  const lent = await demoSlide(browser, 'Colonic adenocarcinoma, H&E');
  const page = await as('expert', { language: 'en' });
  await openViewer(page, lent.id);
  await page.keyboard.press('Shift+P');
  const details = page.getByRole('complementary', { name: 'Slide details' });
  await expect(details.getByText('written by the scanner')).toBeVisible();
  await expect(page.getByRole('button', { name: /Calibrate/ })).toHaveCount(0);
});
