import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { SlideSummary } from '../../shared/slide/slide.ts';
import { expect, LANGUAGES, test } from './product.ts';
import { demoSlide, openViewer, pane, untilComplete } from './viewer-bench.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const HAN = /\p{Script=Han}/u;

let stained: SlideSummary;
let marked: SlideSummary;

test.beforeAll(async ({ browser }) => {
  stained = await demoSlide(browser, 'Colonic adenocarcinoma, H&E');
  marked = await demoSlide(browser, 'Colonic adenocarcinoma, Ki-67');
});

async function openEverything(page: Page): Promise<void> {
  await openViewer(page, stained.id, {
    view: '4000,3000,2,15,0',
    layout: 'two',
    b: `${marked.id}:2000,1500,1,15,0`,
    linked: '1',
  });
  await untilComplete(page);
  await page.keyboard.press('i');
  await page.keyboard.press('Shift+P');
  await expect(page.getByRole('complementary')).toBeVisible();
}

for (const language of LANGUAGES) {
  for (const theme of ['light', 'dark'] as const) {
    test(`the viewer has no accessibility faults: ${language}, ${theme}`, async ({ as }) => {
      const page = await as('pathologist', { language, theme });
      await openEverything(page);
      const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
      const said = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
      expect(said).toEqual([]);
    });
  }
}

test('everything fits into 1280 × 720: nothing scrolls but the lists', async ({ as }) => {
  const page = await as('pathologist', { language: 'en' });
  await openEverything(page);
  const overflow = await page.evaluate(() => {
    const root = document.documentElement;
    const cut = [...document.querySelectorAll<HTMLElement>('.viewer-toolbar, .status')].filter(
      (bar) => bar.scrollWidth > bar.clientWidth,
    );
    return {
      page: root.scrollWidth > root.clientWidth || root.scrollHeight > root.clientHeight,
      bars: cut.map((bar) => bar.className),
    };
  });
  expect(overflow).toEqual({ page: false, bars: [] });
});

test('English shows no Chinese but what people wrote, and the language changes while reading', async ({
  as,
}) => {
  const page = await as('pathologist', { language: 'en' });
  await openEverything(page);
  const tools = page.getByRole('toolbar', { name: 'Viewer tools' });
  const names = await tools
    .getByRole('button')
    .evaluateAll((buttons) =>
      buttons.map((button) => button.getAttribute('aria-label') ?? button.textContent ?? ''),
    );
  expect(names.filter((name) => HAN.test(name))).toEqual([]);
  await page.getByRole('button', { name: '中文' }).click();
  await expect(page.getByRole('toolbar', { name: '阅片工具栏' })).toBeVisible();
  await expect(pane(page)).toHaveAttribute('aria-label', /^阅片视窗/);
  await expect(page.getByTestId('field-state')).toHaveText('已达全分辨率');
});

test('full screen and back with its key', async ({ as }) => {
  const page = await as('pathologist', { language: 'en' });
  await openViewer(page, stained.id);
  await page.keyboard.press('Shift+F');
  await expect
    .poll(() => page.evaluate(() => document.fullscreenElement?.className))
    .toContain('workstation');
  await page.keyboard.press('Shift+F');
  await expect.poll(() => page.evaluate(() => document.fullscreenElement === null)).toBe(true);
});
