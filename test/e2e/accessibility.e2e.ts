import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, type Language, type Person, test, word } from './product.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

interface Place {
  readonly name: string;
  readonly person: Person | null;
  readonly path: string;
  /** Brings the page into the state that is looked at. */
  readonly arrive: (page: Page, language: Language) => Promise<void>;
}

const heading = (zh: string, en: string) => async (page: Page, language: Language) => {
  await page.getByRole('heading', { name: word(language, zh, en), level: 1 }).waitFor();
};

async function firstMenu(page: Page, language: Language, zh: string, en: string): Promise<void> {
  const label = word(language, '的操作', 'Actions for');
  await page.getByRole('button', { name: label }).first().click();
  await page.getByRole('menuitem', { name: word(language, zh, en) }).click();
  await page.getByRole('dialog').getByRole('button').first().waitFor();
}

const PLACES: readonly Place[] = [
  {
    name: 'sign-in',
    person: null,
    path: '/sign-in',
    arrive: async (page, language) => {
      await page
        .getByRole('button', { name: word(language, '登录', 'Sign in'), exact: true })
        .click();
      await page.getByText(word(language, '请输入用户名。', 'Enter your user name.')).waitFor();
    },
  },
  {
    name: 'slides as thumbnails',
    person: 'admin',
    path: '/slides',
    arrive: (page) => page.getByRole('row').first().waitFor(),
  },
  {
    name: 'slides as a list',
    person: 'admin',
    path: '/slides',
    arrive: async (page, language) => {
      await page.getByRole('radio', { name: word(language, '列表', 'List') }).click();
      await page.getByRole('columnheader').first().waitFor();
    },
  },
  {
    name: 'the bin',
    person: 'admin',
    path: '/slides?show=deleted',
    arrive: (page, language) =>
      page.getByText(word(language, '回收站是空的', 'Nothing was deleted')).waitFor(),
  },
  {
    name: 'sharing a slide',
    person: 'pathologist',
    path: '/slides',
    arrive: (page, language) => firstMenu(page, language, '共享…', 'Share…'),
  },
  {
    name: 'editing a slide',
    person: 'technician',
    path: '/slides',
    arrive: (page, language) => firstMenu(page, language, '编辑信息', 'Edit details'),
  },
  {
    name: 'the keys',
    person: 'expert',
    path: '/slides',
    arrive: async (page) => {
      await page.getByRole('row').first().waitFor();
      await page.keyboard.press('Shift+Slash');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'upload',
    person: 'technician',
    path: '/upload',
    arrive: heading('上传切片', 'Upload slides'),
  },
  {
    name: 'accounts',
    person: 'admin',
    path: '/accounts',
    arrive: (page) => page.getByRole('row').nth(3).waitFor(),
  },
  {
    name: 'hospitals',
    person: 'admin',
    path: '/hospitals',
    arrive: (page) => page.getByRole('row').nth(2).waitFor(),
  },
  {
    name: 'the own settings',
    person: 'expert',
    path: '/profile',
    arrive: (page) => page.getByRole('row').nth(1).waitFor(),
  },
  {
    name: 'the first password',
    person: 'expert',
    path: '/first-password',
    arrive: heading('设置新密码', 'Set a new password'),
  },
  {
    name: 'an address that is not there',
    person: 'expert',
    path: '/nowhere',
    arrive: (page, language) =>
      page.getByText(word(language, '没有这个页面', 'There is no such page')).waitFor(),
  },
];

/** Contrast depends on the theme, names on the language: the two diagonals see every page in all of them. */
const LOOKS = [
  { language: 'zh', theme: 'light' },
  { language: 'en', theme: 'dark' },
] as const;

for (const place of PLACES) {
  for (const { language, theme } of LOOKS) {
    test(`nothing serious stands in the way: ${place.name}, ${language}, ${theme}`, async ({
      as,
    }) => {
      const page = await as(place.person, { language, theme });
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await page.goto(place.path);
      await place.arrive(page, language);
      const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
      const grave = violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`);
      expect(grave).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, 'no sideways scrolling at 1280 × 720').toBeLessThanOrEqual(0);
    });
  }
}
