import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, expect, type Page } from '@playwright/test';
import { ENDPOINTS } from '../../shared/api/endpoints.ts';
import type { ViewState } from '../../shared/geometry/view-state.ts';
import { formatView, parseView } from '../../shared/geometry/view-state.ts';
import type { SlideDetail, SlideSummary } from '../../shared/slide/slide.ts';
import { open } from './product.ts';
import { sendSlide } from './send-slide.ts';

/** A folder for files that a test makes, and how to remove it. */
export async function scratchFolder(): Promise<{ path: string; dispose: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'farscope-e2e-slides-'));
  return { path, dispose: () => rm(path, { recursive: true, force: true }) };
}

/** Lets the technician upload what a test wrote into a folder of its own. */
export async function makeSlide(
  browser: Browser,
  name: string,
  write: (folder: string) => string | Promise<string>,
): Promise<SlideDetail> {
  const folder = await scratchFolder();
  const page = await open(browser, 'technician');
  try {
    return await sendSlide(page.request, await write(folder.path), name);
  } finally {
    await page.context().close();
    await folder.dispose();
  }
}

/** A slide of the demo set by a part of its name. */
export async function demoSlide(browser: Browser, part: string): Promise<SlideSummary> {
  const page = await open(browser, 'pathologist');
  const reply = await page.request.get('/api/slides');
  const { slides } = ENDPOINTS['slide.list'].reply.schema.parse(await reply.json());
  await page.context().close();
  const found = slides.find((slide) => slide.name.includes(part));
  if (found === undefined) throw new Error(`no demo slide is called ${part}`);
  return found;
}

export async function openViewer(
  page: Page,
  slideId: string,
  search: Readonly<Record<string, string>> = {},
): Promise<void> {
  const query = new URLSearchParams(search).toString();
  await page.goto(`/slides/${slideId}${query === '' ? '' : `?${query}`}`);
  await expect(pane(page)).toBeVisible();
}

/** The surface of a pane: what takes the focus, the pointer and the keys. */
export function pane(page: Page, name: 'a' | 'b' | 'c' | 'd' = 'a') {
  return page.locator(`[data-pane="${name}"] .pane-surface`);
}

/** What the address bar says, once it has come to rest at something else than before. */
export async function viewAfter(page: Page, act: () => Promise<void>): Promise<ViewState> {
  const before = new URL(page.url()).searchParams.get('view');
  await act();
  await expect.poll(() => new URL(page.url()).searchParams.get('view')).not.toBe(before);
  await page.waitForTimeout(400); // the address is written when the hand has rested a quarter of a second
  return viewIn(page);
}

export function viewIn(page: Page, key = 'view'): ViewState {
  const text = new URL(page.url()).searchParams.get(key) ?? '';
  const view = parseView(text.slice(text.indexOf(':') + 1));
  if (view === null) throw new Error(`no view in ${page.url()}`);
  return view;
}

export function inAddress(view: ViewState): Record<string, string> {
  return { view: formatView(view) };
}

export async function untilComplete(page: Page): Promise<void> {
  await expect(page.getByTestId('field-state')).toHaveAttribute('data-complete', 'true');
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** RGBA, row by row. */
  readonly data: Buffer;
}

/** What is drawn in a pane now, in device pixels, as the page's own canvas holds it. */
export async function pictureOf(page: Page, name = 'a'): Promise<Picture> {
  const taken = await page.evaluate((wanted) => {
    const canvas = document.querySelector<HTMLCanvasElement>(
      `[data-pane="${wanted}"] .pane-picture canvas`,
    );
    const ctx = canvas?.getContext('2d');
    if (canvas === null || ctx === null || ctx === undefined) throw new Error('no picture');
    const { data } = ctx.getImageData(0, 0, canvas.width, canvas.height);
    let text = '';
    for (let at = 0; at < data.length; at += 0x8000) {
      text += String.fromCharCode(...data.subarray(at, at + 0x8000));
    }
    return { width: canvas.width, height: canvas.height, base64: btoa(text) };
  }, name);
  return { width: taken.width, height: taken.height, data: Buffer.from(taken.base64, 'base64') };
}

export function pixelAt(
  picture: Picture,
  x: number,
  y: number,
): readonly [number, number, number, number] {
  const at = (y * picture.width + x) * 4;
  const [r = 0, g = 0, b = 0, a = 0] = picture.data.subarray(at, at + 4);
  return [r, g, b, a];
}
