import type { BrowserContext, Page } from '@playwright/test';
import { join } from 'node:path';
import type { BenchSlide } from './room.ts';

/** What a reader does first, and what comes after it; milliseconds from asking until the field is complete. */
export interface Reading {
  readonly firstView: number;
  readonly to40x: number;
  readonly adjacent: readonly number[];
  readonly slideChange: number;
}

/** How long a reader looks at a field before going on. */
const LOOK_MS = 2000;
const STEPS = 3;
/** The pane of the product in a window of 1280 × 720; the plain page gets one of the same size. */
export interface PaneSize {
  readonly width: number;
  readonly height: number;
}

interface Reader {
  readonly open: (slide: BenchSlide) => Promise<number>;
  readonly zoomIn: () => Promise<number>;
  readonly stepRight: () => Promise<number>;
  readonly change: (slide: BenchSlide) => Promise<number>;
  readonly look: () => Promise<void>;
}

export async function read(
  { open, zoomIn, stepRight, change, look }: Reader,
  [first, second]: readonly [BenchSlide, BenchSlide],
): Promise<Reading> {
  const firstView = await open(first);
  await look();
  const to40x = await zoomIn();
  await look();
  const adjacent: number[] = [];
  for (let step = 0; step < STEPS; step += 1) {
    adjacent.push(await stepRight());
    await look();
  }
  return { firstView, to40x, adjacent, slideChange: await change(second) };
}

/** In the page: from the next key or click until the field has been incomplete and is complete again. */
function armed(): Promise<number> {
  return new Promise((resolve, reject) => {
    let begunMs: number | null = null;
    let wasIncomplete = false;
    const late = setTimeout(() => reject(new Error('no complete field within 60 s')), 60_000);
    const begin = () => {
      begunMs ??= performance.now();
    };
    window.addEventListener('keydown', begin, { capture: true, once: true });
    window.addEventListener('click', begin, { capture: true, once: true });
    const watch = () => {
      if (begunMs !== null) {
        const field = document.querySelector<HTMLElement>('[data-testid="field-state"]');
        const isComplete = field?.dataset['complete'] === 'true';
        if (!isComplete) wasIncomplete = true;
        else if (wasIncomplete) {
          clearTimeout(late);
          resolve(performance.now() - begunMs);
          return;
        }
      }
      requestAnimationFrame(watch);
    };
    requestAnimationFrame(watch);
  });
}

async function timed(page: Page, act: () => Promise<void>): Promise<number> {
  await page.evaluate(`void (window.measured = (${armed.toString()})())`);
  await act();
  return page.evaluate<number>('window.measured');
}

function pictureOf(page: Page, { id }: BenchSlide) {
  return page.locator(`img[src*="${id}"]`);
}

/** The product: opened from the list of slides, whose program has been loaded before. */
export async function openProduct(
  context: BrowserContext,
  url: string,
  other: BenchSlide,
): Promise<{ readonly reader: Reader; readonly pane: PaneSize }> {
  const page = await context.newPage();
  await page.goto(`${url}/slides/${other.id}`);
  const surface = page.locator('.pane-surface');
  await surface.waitFor();
  const box = await surface.boundingBox();

  if (box === null) throw new Error('the pane has no size');
  // Program and style lie in the browser's cache now; tiles came before anything could be fetched ahead.
  await page.goto(`${url}/slides`);
  await page.locator('.slide-card').first().waitFor();
  await page.waitForTimeout(LOOK_MS);
  const press = (key: string) => timed(page, () => page.keyboard.press(key));
  return {
    pane: { width: box.width, height: box.height },
    reader: {
      open: (slide) =>
        timed(page, () => page.locator('.slide-card', { has: pictureOf(page, slide) }).click()),
      zoomIn: () => press('6'),
      stepRight: () => press('Shift+ArrowRight'),
      change: () => press('PageDown'),
      look: () => page.waitForTimeout(LOOK_MS),
    },
  };
}

const OPENSEADRAGON = join(
  import.meta.dirname,
  '../../node_modules/openseadragon/build/openseadragon/openseadragon.min.js',
);

/** In the page: does something to the plain viewer and waits for its field, as `armed` does for the product's. */
const PLAIN = `
window.timed = (act) => new Promise((resolve, reject) => {
  const begunMs = performance.now();
  const late = setTimeout(() => reject(new Error('no complete field within 60 s')), 60000);
  act();
  let wasIncomplete = false;
  const watch = () => {
    const image = window.viewer.world.getItemAt(0);
    const isComplete = image !== undefined && image.getFullyLoaded();
    if (!isComplete) wasIncomplete = true;
    else if (wasIncomplete) {
      clearTimeout(late);
      resolve(performance.now() - begunMs);
      return;
    }
    requestAnimationFrame(watch);
  };
  requestAnimationFrame(watch);
});
window.viewer = OpenSeadragon({ element: document.getElementById('pane'), drawer: 'canvas', showNavigationControl: false });
`;

/** OpenSeadragon as its examples set it up, on the same tiles as a Deep Zoom image; its program costs nothing here. */
export async function openPlain(
  context: BrowserContext,
  url: string,
  pane: PaneSize,
): Promise<Reader> {
  const page = await context.newPage();
  await page.goto(`${url}/livez`);
  const style = `width:${pane.width}px;height:${pane.height}px`;
  await page.setContent(`<!doctype html><div id="pane" style="${style}"></div>`);
  await page.addScriptTag({ path: OPENSEADRAGON });
  await page.evaluate(PLAIN);
  const act = (code: string) => page.evaluate<number>(`window.timed(() => { ${code} })`);
  const openSlide = ({ id }: BenchSlide) =>
    act(`viewer.world.removeAll(); viewer.open('/api/interop/deepzoom/${id}/slide.dzi');`);
  return {
    open: openSlide,
    change: openSlide,
    zoomIn: () =>
      act(
        'const { viewport } = viewer; viewport.zoomTo(viewport.imageToViewportZoom(1), null, true);',
      ),
    stepRight: () =>
      act(
        'const { viewport } = viewer; viewport.panBy(new OpenSeadragon.Point(viewport.getBounds().width, 0), true);',
      ),
    look: () => page.waitForTimeout(LOOK_MS),
  };
}
