import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Browser, type BrowserContext, chromium } from '@playwright/test';
import { build } from 'vite';
import { glassTile, tissueTiles, writeBigSlide } from '../big-slide.ts';
import { median } from '../measure.ts';
import { type Bar, type Bench, type BenchSlide, fetchTile, type Room } from '../room.ts';
import { type LineShape, openShapedLine } from '../shaped-line.ts';
import { openPlain, openProduct, read, type Reading } from '../slow-line-pages.ts';
import { takeIn } from '../take-in.ts';

const LINES: readonly LineShape[] = [
  { megabits: 20, roundTripMs: 150 },
  { megabits: 4, roundTripMs: 300 },
];

const ROUNDS = 3;
const ROOT = resolve(import.meta.dirname, '../../..');
/** As a scanner that keeps every level: then a Deep Zoom tile is one of the product's, byte for byte. */
const EVERY_LEVEL = [1, 2, 4, 8, 16, 32, 64];
const SIDE_TILES = 128;

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

async function makeSlides({ product, folder, dataDir }: Bench): Promise<BenchSlide[]> {
  const path = join(folder, 'every-level.tiff');
  const shape = {
    bytes: 0,
    stored: 'shared',
    downsamples: EVERY_LEVEL,
    glass: glassTile(),
    sideTiles: SIDE_TILES,
  } as const;
  const slides: BenchSlide[] = [];
  for (let index = 0; index < 6; index += 1) {
    writeBigSlide(path, tissueTiles(), shape);
    slides.push(await takeIn(product, path, dataDir));
  }
  return slides;
}

/** Levels of Deep Zoom that are smaller than a tile are made by the server; neither reader waits for that. */
async function makeSmallLevels(bench: Bench, slides: readonly BenchSlide[]): Promise<void> {
  for (const { id } of slides) {
    for (let level = 0; level < 9; level += 1) {
      await fetchTile(bench, `/api/interop/deepzoom/${id}/slide_files/${level}/0_0.jpg`);
    }
    await fetchTile(bench, `/api/slides/${id}/thumbnail/${slides[0]?.revision ?? 0}`);
  }
}

function openBrowser(): Promise<Browser> {
  const chosen = process.env['FARSCOPE_CHROMIUM'];
  const known = chosen ?? (existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : undefined);
  return chromium.launch({
    args: FLAGS,
    ...(known === undefined ? {} : { executablePath: known }),
  });
}

async function openContext(browser: Browser, { product }: Bench, url: string) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 720 },
    // Movements end at once: the camera's own time is not the line's.
    reducedMotion: 'reduce',
    bypassCSP: true,
    locale: 'en-GB',
  });
  const [name = '', value = ''] = product.cookie.split('=');
  await context.addCookies([{ name, value, url }]);
  return context;
}

interface Pair {
  readonly product: Reading;
  readonly plain: Reading;
}

async function within<Value>(
  context: BrowserContext,
  use: (context: BrowserContext) => Promise<Value>,
): Promise<Value> {
  try {
    return await use(context);
  } finally {
    await context.close();
  }
}

/** Both read the same slides over lines of their own, one after the other. */
async function readBoth(
  bench: Bench,
  browser: Browser,
  slides: readonly BenchSlide[],
  shape: LineShape,
): Promise<Pair> {
  const behind = new URL(`http://127.0.0.1:${bench.product.port}`);
  // The list shows the newest first: what was made later stands before, and PageDown leads to the older one.
  const [second, first] = [slides[2], slides[3]];
  const apart = slides[0];
  if (first === undefined || second === undefined || apart === undefined) throw new Error('slides');
  const pair = [first, second] as const;
  const line = await openShapedLine(shape, behind);
  try {
    const { reading, pane } = await within(
      await openContext(browser, bench, line.url),
      async (context) => {
        const { reader, pane: size } = await openProduct(context, line.url, apart);
        return { reading: await read(reader, pair), pane: size };
      },
    );
    const plain = await within(await openContext(browser, bench, line.url), async (context) =>
      read(await openPlain(context, line.url, pane), pair),
    );
    return { product: reading, plain };
  } finally {
    await line.close();
  }
}

const MEASURES = [
  { what: 'complete first view', of: (reading: Reading) => [reading.firstView] },
  { what: 'jump to 40x', of: (reading: Reading) => [reading.to40x] },
  { what: 'adjacent field', of: (reading: Reading) => reading.adjacent },
  { what: 'slide change', of: (reading: Reading) => [reading.slideChange] },
] as const;

interface Row {
  readonly line: string;
  readonly what: (typeof MEASURES)[number]['what'];
  readonly productMs: number;
  readonly plainMs: number;
  readonly ratio: number;
}

function rowsOf({ megabits, roundTripMs }: LineShape, pairs: readonly Pair[]): Row[] {
  return MEASURES.map(({ what, of }) => {
    const productMs = median(pairs.flatMap(({ product }) => of(product)));
    const plainMs = median(pairs.flatMap(({ plain }) => of(plain)));
    const line = `${megabits} Mbit/s, ${roundTripMs} ms`;
    return { line, what, productMs, plainMs, ratio: plainMs / productMs };
  });
}

function barsOf(rows: readonly Row[]): Bar[] {
  const [fast] = rows;
  const ratios = rows
    .filter(({ what }) => what === 'complete first view')
    .map(({ line, ratio }) => ({
      what: `complete first view beside plain OpenSeadragon, ${line}`,
      bar: '≥ 2',
      measured: ratio,
      unit: 'ratio',
      met: ratio >= 2,
    }));
  const within250 = [
    { what: 'adjacent field', mostMs: 250 },
    { what: 'slide change', mostMs: 1000 },
  ].map(({ what, mostMs }) => {
    const row = rows.find((one) => one.what === what && one.line === fast?.line);
    const measured = row?.productMs ?? Number.NaN;
    const bar = `≤ ${mostMs} ms`;
    return {
      what: `${what}, ${fast?.line ?? ''}`,
      bar,
      measured,
      unit: 'ms',
      met: measured <= mostMs,
    };
  });
  return [...ratios, ...within250];
}

/** Reading over a slow line, beside a plain OpenSeadragon page with the same tiles. */
export const slowLineRoom: Room = async (bench) => {
  if (!existsSync(join(ROOT, 'dist/client/index.html'))) {
    await build({ configFile: join(ROOT, 'vite.config.ts'), logLevel: 'warn' });
  }
  const slides = await makeSlides(bench);
  await makeSmallLevels(bench, slides);
  const browser = await openBrowser();
  const rows: Row[] = [];
  try {
    for (const shape of LINES) {
      const pairs: Pair[] = [];
      const rounds = bench.quick ? 1 : ROUNDS;
      for (let round = 0; round < rounds; round += 1) {
        pairs.push(await readBoth(bench, browser, slides, shape));
      }
      rows.push(...rowsOf(shape, pairs));
    }
  } finally {
    await browser.close();
  }
  return {
    title: 'Reading over a slow line',
    method:
      'Chromium, window of 1280 × 720, HTTP/1.1, through a proxy that shapes real connections: one queue for all of them each way, a round trip to open one, slow start. The product beside a page with OpenSeadragon as its examples set it up, on the same tiles as Deep Zoom, in a pane of the same size; a slide with every level, 256 px tiles, two fifths tissue. From asking for it, in a page that is there already, until every tile of the field has come at the full resolution of the screen; a second and a half on each field; empty caches at the first view. Medians of three rounds in turn.',
    columns: ['line', 'what', 'product ms', 'plain OpenSeadragon ms', 'times as fast'],
    rows: rows.map(({ line, what, productMs, plainMs, ratio }) => [
      line,
      what,
      productMs,
      plainMs,
      ratio,
    ]),
    bars: barsOf(rows),
  };
};
