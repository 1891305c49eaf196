import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from '@playwright/test';
import sharp from 'sharp';
import config from './playwright.config.ts';
import { type Language, open, type Person, type Theme, word } from './product.ts';
import { startProduct } from './start-product.ts';
import { uploadUnderWay } from './upload-shot.ts';

/** `node test/e2e/screenshots.ts` makes docs/screenshots/ anew, from the real product with the small demo set. */
const FOLDER = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));
/** Enough for text and thumbnails; a quarter of the bytes of full colour. */
const COLOURS = 160;
const TISSUE_COLOURS = 64;
const TISSUE_WIDTH = 960;

interface Shot {
  readonly name: string;
  readonly person: Person | null;
  readonly path: string;
  /** Mostly tissue, which PNG packs badly: smaller and with fewer colours. */
  readonly isTissue?: boolean;
  readonly arrive: (page: Page, language: Language) => Promise<void>;
}

async function picturesLoaded(page: Page): Promise<void> {
  await page.getByRole('row').first().waitFor();
  await page.waitForFunction(() => [...document.images].every((image) => image.complete));
}

/** The large H&E section of the demo set, at the magnification of its glands. */
async function openSlide(page: Page): Promise<void> {
  await page.getByRole('row', { name: 'Colonic adenocarcinoma, H&E' }).click();
  await page.locator('canvas').first().waitFor();
  await page.waitForLoadState('networkidle');
  await page.keyboard.press('Digit4');
  await page.waitForLoadState('networkidle');
}

const SHOTS: readonly Shot[] = [
  {
    name: 'sign-in',
    person: null,
    path: '/sign-in',
    arrive: (page, language) =>
      page.getByRole('button', { name: word(language, '协调员', 'Coordinator') }).waitFor(),
  },
  { name: 'slides', person: 'pathologist', path: '/slides', arrive: picturesLoaded },
  {
    name: 'upload',
    person: 'technician',
    path: '/upload',
    arrive: (page, language) => uploadUnderWay(page, language, product.dataDir),
  },
  { name: 'viewer', person: 'pathologist', path: '/slides', isTissue: true, arrive: openSlide },
  {
    name: 'compare',
    person: 'pathologist',
    path: '/slides',
    isTissue: true,
    arrive: async (page) => {
      await openSlide(page);
      await page.keyboard.press('Backslash');
      await page.locator('[data-pane="b"]').click();
      await page.getByText('Colonic adenocarcinoma, Ki-67').click();
      await page.waitForLoadState('networkidle');
    },
  },
  {
    name: 'accounts',
    person: 'admin',
    path: '/accounts',
    arrive: (page) => page.getByRole('row').nth(3).waitFor(),
  },
  {
    name: 'profile',
    person: 'expert',
    path: '/profile',
    arrive: (page) => page.getByRole('row').nth(1).waitFor(),
  },
  {
    name: 'hot-keys',
    person: 'pathologist',
    path: '/slides',
    arrive: async (page) => {
      await page.getByRole('row').first().click();
      await page.locator('canvas').first().waitFor();
      await page.keyboard.press('Shift+Slash');
      await page.getByRole('dialog').waitFor();
    },
  },
];

const LOOKS: readonly { readonly language: Language; readonly theme: Theme }[] = [
  { language: 'zh', theme: 'light' },
  { language: 'en', theme: 'dark' },
];

async function take(browser: Browser, url: string, shot: Shot, look: (typeof LOOKS)[number]) {
  const page = await open(browser, shot.person, look);
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(url + shot.path);
  await shot.arrive(page, look.language);
  await page.mouse.move(640, 700);
  await page.waitForTimeout(600);
  const whole = sharp(await page.screenshot());
  const raw = shot.isTissue === true ? whole.resize(TISSUE_WIDTH) : whole;
  const colours = shot.isTissue === true ? TISSUE_COLOURS : COLOURS;
  const picture = await raw.png({ palette: true, colours, effort: 10, dither: 0 }).toBuffer();
  const file = `${shot.name}-${look.language}-${look.theme}.png`;
  await writeFile(join(FOLDER, file), picture);
  console.log(`${file}  ${Math.round(picture.length / 1000)} kB`);
  await page.context().close();
}

const only = process.argv[2];
const product = await startProduct();
process.env['FARSCOPE_E2E_FOLDER'] = product.folder;
const browser = await chromium.launch(config.use?.launchOptions ?? {});
try {
  await mkdir(FOLDER, { recursive: true });
  for (const shot of SHOTS.filter(({ name }) => only === undefined || name === only)) {
    for (const look of LOOKS) await take(browser, product.url, shot, look);
  }
} finally {
  await browser.close();
  await product.stop();
}
