import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Browser,
  type BrowserContext,
  expect,
  type Page,
  test as base,
} from '@playwright/test';
import { z } from 'zod';
import { ENDPOINTS } from '../../shared/api/endpoints.ts';

export type Language = 'zh' | 'en';
export type Theme = 'light' | 'dark';
export const LANGUAGES: readonly Language[] = ['zh', 'en'];
export const THEMES: readonly Theme[] = ['light', 'dark'];

/** Who comes with the demo set; see server/demo/demo-alliance.ts. */
export type Person =
  | 'admin'
  | 'county-admin'
  | 'technician'
  | 'pathologist'
  | 'expert'
  | 'coordinator'
  | 'teacher'
  | 'trainee'
  | 'neighbour';

const Demo = ENDPOINTS['system.welcome'].reply.schema.shape.demo;

function folder(): string {
  return z
    .string({ error: 'global-setup.ts did not run' })
    .parse(process.env['FARSCOPE_E2E_FOLDER']);
}

export function passwordOf(person: Person): string {
  const demo = Demo.parse(JSON.parse(readFileSync(join(folder(), 'demo.json'), 'utf8')));
  return demo.find(({ username }) => username === person)?.password ?? '';
}

export interface Look {
  readonly language?: Language;
  readonly theme?: Theme;
}

/** Chooses language and theme as the reader would have, unless the page has a choice of its own already. */
export async function choose(context: BrowserContext, { language = 'zh', theme = 'light' }: Look) {
  await context.addInitScript(
    ([lang, dark]) => {
      const key = 'farscope.preferences';
      const chosen = JSON.stringify({ state: { language: lang, theme: dark }, version: 0 });
      if (localStorage.getItem(key) === null) localStorage.setItem(key, chosen);
    },
    [language, theme] as const,
  );
}

/** A browser of its own, signed in as `person`, or nobody. Close it with `page.context().close()`. */
export async function open(
  browser: Browser,
  person: Person | null,
  look: Look = {},
): Promise<Page> {
  const context = await browser.newContext({
    locale: look.language === 'en' ? 'en-GB' : 'zh-CN',
    ...(person === null ? {} : { storageState: join(folder(), 'people', `${person}.json`) }),
  });
  await choose(context, look);
  return context.newPage();
}

interface Needs {
  /**
   * Opens browsers as people; they are closed when the test ends. A page that fails on its own, or breaks its
   * content security policy, fails the test.
   */
  readonly as: (person: Person | null, look?: Look) => Promise<Page>;
}

export const test = base.extend<Needs>({
  as: async ({ browser }, use) => {
    const pages: Page[] = [];
    const failures: string[] = [];
    await use(async (person, look) => {
      const page = await open(browser, person, look);
      page.on('pageerror', (error) => failures.push(error.message));
      page.on('console', (said) => {
        if (/Content.Security.Policy/i.test(said.text())) failures.push(said.text());
      });
      pages.push(page);
      return page;
    });
    for (const page of pages) await page.context().close();
    expect(failures).toEqual([]);
  },
});

export { expect } from '@playwright/test';

/** Either language's words: `word('zh', '切片', 'Slides')`. */
export function word(language: Language, zh: string, en: string): string {
  return language === 'zh' ? zh : en;
}
