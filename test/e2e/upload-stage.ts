import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Browser,
  expect,
  type Locator,
  type Page,
  type Request,
  test as base,
} from '@playwright/test';
import { type AddressedSlideOptions, writeAddressedSlide } from '../../fixtures/addressed-slide.ts';
import { encodeJpeg } from '../../server/imaging/jpeg.ts';
import type { SlideDetail } from '../../shared/slide/slide.ts';
import { parseChunkDigests } from '../../shared/upload/digest-field.ts';
import { choose, type Language, type Look, type Person } from './product.ts';
import { type Product, startProduct } from './start-product.ts';

/** Files of a test, in a folder that is removed with it. */
export interface TestFiles {
  readonly folder: string;
  /** A small slide whose content no other has. */
  slide(name: string, options?: Partial<AddressedSlideOptions>): string;
  /** The same, with so many bytes behind it: a reader ignores them, a line has to carry them. */
  largeSlide(name: string, mebibytes: number): string;
  text(name: string, content: string): string;
  /** A DICOM series in a folder, with a hidden and a foreign file beside it. */
  series(name: string): string;
  jpeg(name: string, widthPx: number, heightPx: number): string;
}

const CHUNK = /\/api\/uploads\/[^/]+\/chunks(\/\d+)?$/;

let written = 0;

/** Bytes that repeat nowhere, the same for the same seed. */
function appendNoise(path: string, mebibytes: number, seed: number): void {
  for (let at = 0; at < mebibytes; at += 1) {
    const block = createHash('sha256').update(`${seed} ${at}`).digest();
    appendFileSync(path, Buffer.alloc(1 << 20, block));
  }
}

function gradient(widthPx: number, heightPx: number): Uint8Array {
  const data = new Uint8Array(widthPx * heightPx * 3);
  for (let at = 0; at < data.length; at += 3) {
    const pixel = at / 3;
    data[at] = 160 + ((pixel / 97) & 63);
    data[at + 1] = 90 + ((pixel >> 3) & 63);
    data[at + 2] = 150 + ((pixel / 3001) & 63);
  }
  return data;
}

function makeFiles(folder: string): TestFiles {
  const at = (name: string) => join(folder, name);
  const slide: TestFiles['slide'] = (name, options = {}) => {
    written += 1;
    // The barcode makes the content of each its own.
    const barcode = `T-${process.pid}-${written}`;
    return writeAddressedSlide(at(name), { layout: 'svs', barcode, ...options }).path;
  };
  return {
    folder,
    slide,
    largeSlide: (name, mebibytes) => {
      const path = slide(name);
      appendNoise(path, mebibytes, written);
      return path;
    },
    text: (name, content) => {
      writeFileSync(at(name), content);
      return at(name);
    },
    series: (name) => {
      mkdirSync(at(name));
      writeAddressedSlide(at(name), { layout: 'dicom', barcode: `S-${process.pid}` });
      writeFileSync(join(at(name), '.DS_Store'), 'hidden');
      writeFileSync(join(at(name), 'notes.txt'), 'foreign');
      return at(name);
    },
    jpeg: (name, width, height) => {
      const data = gradient(width, height);
      writeFileSync(at(name), encodeJpeg({ data, width, height, channels: 3 }, 80));
      return at(name);
    },
  };
}

interface WorkerNeeds {
  /** A server of these tests' own: they kill it, and fill its library. */
  readonly product: Product;
}

interface Needs {
  readonly as: (person: Person, look?: Look) => Promise<Page>;
  readonly files: TestFiles;
}

async function openAs(browser: Browser, { url, folder }: Product, person: Person, look: Look) {
  const context = await browser.newContext({
    baseURL: url,
    locale: look.language === 'en' ? 'en-GB' : 'zh-CN',
    storageState: join(folder, 'people', `${person}.json`),
  });
  await choose(context, look);
  return context.newPage();
}

export const test = base.extend<Needs, WorkerNeeds>({
  product: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads a fixture's needs from the pattern
    async ({}, use) => {
      const product = await startProduct('none');
      await use(product);
      await product.stop();
    },
    { scope: 'worker', timeout: 240_000 },
  ],
  as: async ({ browser, product }, use) => {
    const pages: Page[] = [];
    const failures: string[] = [];
    await use(async (person, look = {}) => {
      const page = await openAs(browser, product, person, look);
      page.on('pageerror', (error) => failures.push(error.message));
      pages.push(page);
      return page;
    });
    for (const page of pages) {
      await page.unrouteAll({ behavior: 'ignoreErrors' });
      await page.context().close();
    }
    expect(failures).toEqual([]);
  },
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads a fixture's needs from the pattern
  files: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'farscope-upload-'));
    await use(makeFiles(folder));
    rmSync(folder, { recursive: true });
  },
});

export { expect } from '@playwright/test';

/** The upload page, in one of the languages, as a technician uses it. */
export function uploadPage(page: Page, language: Language = 'zh') {
  const say = (zh: string, en: string) => (language === 'zh' ? zh : en);
  const row = (name: string) => page.locator('.upload-row').filter({ hasText: name });
  return {
    say,
    open: async () => {
      await page.goto('/upload');
      await page.getByRole('heading', { name: say('上传切片', 'Upload slides') }).waitFor();
    },
    choose: (paths: string | string[]) =>
      page.locator('input[type=file]').first().setInputFiles(paths),
    chooseFolder: (path: string) => page.locator('input[type=file]').nth(1).setInputFiles(path),
    card: (name: string): Locator =>
      page.locator('.staged-card').filter({ has: page.locator(`input[value="${name}"]`) }),
    send: async () => {
      const words = say('上传 \\d+ 张切片', 'Upload \\d+ slides?');
      await page.getByRole('button', { name: new RegExp(`^${words}$`) }).click();
    },
    row,
    state: (name: string) => row(name).getAttribute('data-state'),
    action: (name: string, zh: string, en: string) =>
      row(name).getByRole('button', { name: say(zh, en), exact: true }),
  };
}

/** The chunks of a request, as paths of their own: one of the grid, or those of a parcel. */
function chunksOf(request: Request): string[] {
  if (request.method() !== 'PUT') return [];
  const { pathname } = new URL(request.url());
  const parcel = parseChunkDigests(request.headers()['chunk-digests']) ?? [];
  if (parcel.length > 0) return parcel.map(({ index }) => `${pathname}/${index}`);
  return CHUNK.test(pathname) ? [pathname] : [];
}

/** What goes over the line: which chunks were sent, which the server acknowledged. */
export function watchChunks(page: Page) {
  const acknowledged = new Set<string>();
  const sent = new Map<string, number>();
  const again: string[] = [];
  let parcels = 0;
  page.on('request', (request) => {
    for (const path of chunksOf(request)) {
      sent.set(path, (sent.get(path) ?? 0) + 1);
      if (acknowledged.has(path)) again.push(path);
    }
  });
  page.on('response', (response) => {
    if (response.status() !== 200) return;
    const chunks = chunksOf(response.request());
    if (chunks.length > 0) parcels += 1;
    for (const path of chunks) acknowledged.add(path);
  });
  return {
    sent: () => sent.size,
    acknowledged: () => acknowledged.size,
    /** Requests with chunks that were acknowledged; each carries as many as the line bears. */
    parcels: () => parcels,
    /** Chunks that were sent although the server had acknowledged them. */
    again: () => again,
  };
}

/**
 * Lets so many requests with chunks through and holds the others on the line, so that a test finds an upload under way however
 * fast the machine is.
 */
export async function holdChunksAfter(page: Page, letThrough: number) {
  let left = letThrough;
  const held: (() => void)[] = [];
  await page.route(CHUNK, async (route) => {
    left -= 1;
    if (left < 0) await new Promise<void>((resolve) => held.push(resolve));
    await route.continue();
  });
  return {
    /** What was held goes on; nothing more is held. */
    release: () => {
      left = Number.POSITIVE_INFINITY;
      for (const goOn of held.splice(0)) goOn();
    },
  };
}

/** Drops files and folders of the disk on the page, as a file manager does. */
export async function dropFiles(page: Page, paths: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 640, y: 400, data });
  }
}

/** The slide that a row of the queue leads to, as `page`'s account sees it. */
export async function slideOfRow(page: Page, row: Locator): Promise<SlideDetail> {
  const href = await row.getByRole('link').getAttribute('href');
  const reply = await page.request.get(`/api${href}`);
  expect(reply.ok()).toBe(true);
  return (await reply.json()) as SlideDetail;
}

export function copyTo(folder: string, path: string, name: string): string {
  const to = join(folder, name);
  cpSync(path, to);
  return to;
}
