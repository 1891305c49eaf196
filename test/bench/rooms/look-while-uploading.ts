import { loadavg } from 'node:os';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test';
import { writeAddressedSlide } from '../../../fixtures/addressed-slide.ts';
import type { SlideSummary } from '../../../shared/slide/slide.ts';
import { openShapedLine, type ShapedLine } from '../../e2e/shaped-line.ts';
import { type Product, startProduct } from '../../e2e/start-product.ts';
import { tissueTiles, writeBigSlide } from '../big-slide.ts';
import type { Bar, Bench, Room } from '../room.ts';
import { firstLookBytes } from '../sent-slide.ts';

const FIRST_VIEW_BAR_S = 5;
const FIELD_BAR_S = 3;
const SLOW_FIRST_VIEW_BAR_S = 25;
const WAIT_MS = 90_000;

interface Sent {
  readonly name: string;
  readonly paths: readonly string[];
  readonly upMegabits: number;
  readonly roundTripMs: number;
}

interface Seen {
  readonly firstViewS: number;
  readonly fieldS: number | null;
}

function slidesIn(folder: string, bytes: number): readonly Sent[] {
  const usual = { upMegabits: 20, roundTripMs: 100 };
  const side = { width: 16_384, height: 12_288, levels: [1, 4, 16] };
  const tiles = tissueTiles();
  const svs = join(folder, 'svs.svs');
  writeBigSlide(svs, tiles, { bytes, stored: 'each', description: APERIO });
  const bigtiff = join(folder, 'bigtiff.tiff');
  writeBigSlide(bigtiff, tiles, { bytes, stored: 'each' });
  const ndpi = writeAddressedSlide(join(folder, 'ndpi.ndpi'), { layout: 'ndpi', ...side });
  const series = join(folder, 'dicom');
  mkdirSync(series);
  const dicom = writeAddressedSlide(series, { layout: 'dicom', ...side });
  return [
    { name: 'SVS', paths: [svs], ...usual },
    { name: 'BigTIFF', paths: [bigtiff], ...usual },
    { name: 'NDPI', paths: ndpi.paths, ...usual },
    { name: 'DICOM series', paths: dicom.paths, ...usual },
    { name: 'SVS', paths: [svs], upMegabits: 2, roundTripMs: 100 },
  ];
}

const APERIO =
  'Aperio Image Library v12.0.15\r\n62500x62500 (256x256) JPEG/RGB Q=80|AppMag = 40|MPP = 0.2500';

async function openAs(browser: Browser, product: Product, person: string): Promise<BrowserContext> {
  const storageState = join(product.folder, 'people', `${person}.json`);
  const viewport = { width: 1280, height: 720 };
  return await browser.newContext({
    baseURL: product.url,
    locale: 'zh-CN',
    storageState,
    viewport,
  });
}

async function arrivingSlide(reader: Page, known: ReadonlySet<string>): Promise<string> {
  for (;;) {
    const reply = await reader.request.get('/api/slides');
    const { slides } = (await reply.json()) as { slides: SlideSummary[] };
    const found = slides.find(({ id }) => !known.has(id));
    if (found !== undefined) return found.id;
    await reader.waitForTimeout(50);
  }
}

async function listed(reader: Page): Promise<Set<string>> {
  const reply = await reader.request.get('/api/slides');
  const { slides } = (await reply.json()) as { slides: SlideSummary[] };
  return new Set(slides.map(({ id }) => id));
}

async function untilComplete(reader: Page): Promise<void> {
  await reader
    .locator('[data-testid=field-state][data-complete=true]')
    .waitFor({ timeout: WAIT_MS });
}

/** The middle at full resolution. null: it was there already, as of a small slide. */
async function fieldSeconds(reader: Page): Promise<number | null> {
  const begun = performance.now();
  await reader.keyboard.press('6');
  const waiting = reader.locator('[data-testid=field-state][data-complete=false]');
  try {
    await waiting.waitFor({ timeout: 2_000 });
  } catch {
    return null;
  }
  await untilComplete(reader);
  return (performance.now() - begun) / 1000;
}

async function look(
  browser: Browser,
  product: Product,
  line: ShapedLine,
  sent: Sent,
): Promise<Seen> {
  const sending = await openAs(browser, product, 'technician');
  const reading = await openAs(browser, product, 'pathologist');
  try {
    const sender = await sending.newPage();
    const reader = await reading.newPage();
    await reader.goto('/slides');
    const known = await listed(reader);
    await sender.goto(`${line.url}/upload`);
    const begun = performance.now();
    await sender
      .locator('input[type=file]')
      .first()
      .setInputFiles([...sent.paths]);
    await sender.getByRole('button', { name: /^上传 \d+ 张切片$/ }).click();
    const id = await arrivingSlide(reader, known);
    await reader.goto(`/slides/${id}`);
    await untilComplete(reader);
    const firstViewS = (performance.now() - begun) / 1000;
    const fieldS = await fieldSeconds(reader);
    await sender.locator('.upload-row').getByRole('button', { name: '取消上传' }).click();
    await sender.waitForTimeout(1_000);
    return { firstViewS, fieldS };
  } finally {
    await sending.close();
    await reading.close();
  }
}

function barsOf({ name, upMegabits }: Sent, { firstViewS, fieldS }: Seen): Bar[] {
  const isSlow = upMegabits < 20;
  const most = isSlow ? SLOW_FIRST_VIEW_BAR_S : FIRST_VIEW_BAR_S;
  const line = `${name}, ${upMegabits} Mbit/s`;
  const bar = (what: string, limit: number, measured: number): Bar => ({
    what: `${what}, ${line}`,
    bar: `≤ ${limit} s`,
    measured,
    unit: 's',
    met: measured <= limit,
  });
  const first = bar('first view of an upload, from the drop', most, firstViewS);
  if (isSlow || fieldS === null) return [first];
  return [first, bar('field at 40x while it is sent', FIELD_BAR_S, fieldS)];
}

/** Two people in real browsers: one sends over a slow line, the other one looks. */
export const lookWhileUploadingRoom: Room = async ({ folder, firstPort, quick }: Bench) => {
  const load = loadavg()[0] ?? 0;
  const at = join(folder, 'sent');
  mkdirSync(at);
  const executablePath = process.env['FARSCOPE_CHROMIUM'];
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic'];
  const product = await startProduct('none');
  const browser = await chromium.launch({
    args,
    ...(executablePath === undefined ? {} : { executablePath }),
  });
  const rows: (string | number)[][] = [];
  const bars: Bar[] = [];
  try {
    for (const [turn, sent] of slidesIn(at, quick ? 128e6 : 1e9).entries()) {
      const { upMegabits, roundTripMs, paths } = sent;
      const target = new URL(product.url);
      const line = await openShapedLine({
        port: firstPort + 40 + turn,
        target,
        upMegabits,
        roundTripMs,
      });
      const seen = await look(browser, product, line, sent);
      await line.close();
      const needed = await firstLookBytes(paths);
      const limitS = needed / ((upMegabits * 1e6) / 8);
      rows.push([
        sent.name,
        `${upMegabits} Mbit/s, ${roundTripMs} ms`,
        Math.round(needed / 1000),
        limitS,
        seen.firstViewS,
        seen.firstViewS / limitS,
        seen.fieldS ?? '',
      ]);
      bars.push(...barsOf(sent, seen));
    }
  } finally {
    await browser.close();
    await product.stop();
  }
  return {
    title: 'Looking while it uploads',
    method: `Two signed-in people in Chromium, one sends over a shaped line, the other one opens the slide in a fresh page. From the drop of the file to a complete view of the whole slide, then to a complete field at 40x. The limit is what the line needs for the bytes of the first view alone. ${quick ? 'SVS and BigTIFF of 128 MB' : 'SVS and BigTIFF of 1 GB'}; load of the machine before: ${load.toFixed(1)}.`,
    columns: ['slide', 'line', 'needed kB', 'limit s', 'first view s', 'ratio', '40x field s'],
    rows,
    bars,
  };
};
