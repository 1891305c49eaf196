import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { LANGUAGES, type Theme } from './product.ts';
import { expect, holdChunksAfter, test, type TestFiles, uploadPage } from './upload-stage.ts';

const THEMES: readonly Theme[] = ['light', 'dark'];
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

async function expectSound(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  const grave = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`);
  expect(grave).toEqual([]);
  const overflow = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
  expect(overflow, 'no sideways scrolling at 1280 × 720').toBeLessThanOrEqual(0);
}

/** One of everything that the list of chosen slides can show. */
function oneOfEach(files: TestFiles): string[] {
  return [
    files.slide('S26-0417 A1.svs'),
    files.slide(
      'a name so long that no line of the list can hold all of it, as scanners make them.svs',
    ),
    files.slide('coarse.svs', { mpp: 12 }),
    files.text('letter.svs', 'not a slide'),
  ];
}

for (const language of LANGUAGES) {
  for (const theme of THEMES) {
    test(`nothing serious stands in the way while slides are chosen and sent (${language}, ${theme})`, async ({
      as,
      files,
    }) => {
      const page = await as('technician', { language, theme });
      const upload = uploadPage(page, language);
      const { say } = upload;
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await upload.open();
      await upload.choose(oneOfEach(files));
      await expect(upload.card('letter')).toContainText(say('无法打开', 'will not open'));
      await expectSound(page);
      await upload.send();
      await expect(upload.row('S26-0417')).toContainText(say('可以阅片', 'Ready to read'));
      await upload.choose(files.largeSlide('under way.svs', 6));
      await expect(upload.card('under way')).toContainText('40×');
      const line = await holdChunksAfter(page, 3);
      await upload.send();
      await expect(upload.row('under way')).toHaveAttribute('data-state', 'sending');
      await expectSound(page);
      await upload.action('under way', '暂停', 'Pause').click();
      await expect(upload.row('under way')).toContainText(say('已暂停', 'Paused'));
      await expectSound(page);
      line.release();
      await upload.action('under way', '取消上传', 'Cancel').click();
    });
  }
}

/** Presses Tab until what has the focus is called `name`. */
async function tabTo(page: Page, name: string | RegExp, role: 'button' | 'link' = 'button') {
  const wanted = page.getByRole(role, { name });
  for (let press = 0; press < 60; press += 1) {
    await page.keyboard.press('Tab');
    const isThere = await wanted.evaluateAll((all) =>
      all.includes(document.activeElement as never),
    );
    if (isThere) return;
  }
  throw new Error(`the focus never came to ${String(name)}`);
}

test('a slide is chosen, named, sent and opened with the keyboard alone', async ({ as, files }) => {
  const page = await as('technician');
  const upload = uploadPage(page);
  await upload.open();
  await tabTo(page, '选择文件');
  const picker = page.waitForEvent('filechooser');
  await page.keyboard.press('Enter');
  await (await picker).setFiles(files.slide('by keys.svs'));
  await expect(upload.card('by keys')).toContainText('40×');
  await tabTo(page, /^放大查看/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.keyboard.press('Tab');
  await page.keyboard.press('End');
  await page.keyboard.type(' A2');
  await expect(upload.card('by keys A2')).toBeVisible();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await expect(page.getByRole('button', { name: '上传 1 张切片' })).toBeFocused();
  await page.keyboard.press('Enter');
  const row = upload.row('by keys A2');
  await expect(row).toContainText('可以阅片');
  await tabTo(page, '打开阅片', 'link');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/slides\/[0-9a-f-]{36}/);
});

test('the keys of the page choose and send', async ({ as, files }) => {
  const page = await as('technician', { language: 'en' });
  const upload = uploadPage(page, 'en');
  await upload.open();
  const picker = page.waitForEvent('filechooser');
  await page.keyboard.press('KeyO');
  await (await picker).setFiles(files.slide('by hot keys.svs'));
  await expect(upload.card('by hot keys')).toContainText('40×');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(upload.row('by hot keys')).toContainText('Ready to read');
});

test('the language is switched while an upload is under way, and nothing stops', async ({
  as,
  files,
}) => {
  const page = await as('technician');
  const upload = uploadPage(page);
  await upload.open();
  const line = await holdChunksAfter(page, 2);
  await upload.choose(files.largeSlide('two languages.svs', 5));
  await expect(upload.card('two languages')).toContainText('40×');
  await upload.send();
  const row = upload.row('two languages');
  await expect(row).toContainText('上传中');
  await page.getByRole('button', { name: '切换到 English' }).click();
  await expect(row).toContainText('Uploading');
  line.release();
  await expect(row).toContainText('Ready to read');
});
