import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { SlideSummary } from '../../shared/slide/slide.ts';
import { expect, holdChunksAfter, test, uploadPage } from './upload-stage.ts';
import { openViewer, viewAfter } from './viewer-bench.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

async function expectSound(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  const grave = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`);
  expect(grave).toEqual([]);
}

async function slideNamed(page: Page, name: string): Promise<SlideSummary> {
  const reply = await page.request.get('/api/slides');
  const { slides } = (await reply.json()) as { slides: SlideSummary[] };
  const found = slides.find((slide) => slide.name === name);
  if (found === undefined) throw new Error(`no slide is called ${name}`);
  return found;
}

/** Lends the slide to the hospital of the expert. */
async function lend(owner: Page, reader: Page, slideId: string): Promise<void> {
  const account = (await (await reader.request.get('/api/session')).json()) as {
    hospitalId: string;
  };
  const reply = await owner.request.post(`/api/slides/${slideId}/shares`, {
    headers: { 'X-Farscope': '1' },
    data: { hospitalId: account.hospitalId, includeLabel: false, expiresAt: null },
  });
  expect(reply.ok()).toBe(true);
}

test('while it uploads, the technician sees who looks, where, and afterwards when', async ({
  as,
  files,
}) => {
  const page = await as('technician');
  const upload = uploadPage(page);
  await upload.open();
  // Enough for the coarse levels, however small the parcels are.
  const line = await holdChunksAfter(page, 14);
  let hasPicture = false;
  await page.route('**/thumbnail/**', (route) =>
    hasPicture ? route.continue() : route.fulfill({ status: 425, body: '{}' }),
  );
  await upload.choose(files.largeSlide('watched.svs', 64));
  await expect(upload.card('watched')).toContainText('40×');
  await upload.send();
  const row = upload.row('watched');
  await expect(row).toContainText('上传中');

  const pathologist = await as('pathologist');
  const expert = await as('expert', { language: 'en' });
  await expect.poll(async () => (await slideNamed(page, 'watched')).widthPx).not.toBeNull();
  const slide = await slideNamed(page, 'watched');
  expect(slide.status.kind).toBe('arriving');
  await lend(pathologist, expert, slide.id);
  await expect(row.getByTestId('row-watching')).toHaveCount(0);

  await openViewer(expert, slide.id);
  await expect(row).toContainText('演示会诊专家 Demo expert（示范省级医院）正在阅片');
  const field = row.getByTestId('map-field').first();
  await expect(field).toBeVisible();
  // What this computer has drawn of the file stands in until the server has its coarse level.
  const picture = row.getByTestId('slide-map').locator('img');
  await expect(picture).toHaveAttribute('src', /^blob:/);
  const before = await field.getAttribute('points');
  await viewAfter(expert, () => expert.keyboard.press('Digit3'));
  await expect.poll(() => field.getAttribute('points')).not.toBe(before);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await expectSound(page);

  await expert.goto('/slides');
  await expect(row).toContainText('演示会诊专家 Demo expert（示范省级医院）最近一次阅片');
  await expect(row.getByTestId('slide-map')).toHaveCount(0);

  hasPicture = true;
  await openViewer(expert, slide.id);
  await expect(row).toContainText('正在阅片');
  await expect(picture).toHaveAttribute('src', /thumbnail/);
  // A page that goes says no farewell: its connection does.
  await expert.goto('/livez');
  await expect(row).toContainText('最近一次阅片');
  line.release();
  await expect(row).toContainText('可以阅片');
  await expect(row).toContainText('最近一次阅片');
  await page.reload();
  await expect(row).toContainText('最近一次阅片');
});

test('a connection that is lost shows nobody, and comes back by itself', async ({
  as,
  files,
  product,
}) => {
  const page = await as('technician');
  const upload = uploadPage(page);
  await upload.open();
  await upload.choose(files.slide('after a restart.svs'));
  await expect(upload.card('after a restart')).toContainText('40×');
  await upload.send();
  const row = upload.row('after a restart');
  await expect(row).toContainText('可以阅片');
  const pathologist = await as('pathologist');
  const { id } = await slideNamed(page, 'after a restart');
  await openViewer(pathologist, id);
  await expect(row).toContainText('正在阅片');
  await product.kill();
  await expect(row).not.toContainText('正在阅片');
  await product.startAgain();
  await expect(row).toContainText('正在阅片', { timeout: 60_000 });
});
