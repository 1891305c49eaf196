import { join } from 'node:path';
import { expectedPixel, writeAddressedSlide } from '../../fixtures/addressed-slide.ts';
import { screenPoint } from '../../shared/geometry/spaces.ts';
import { screenToSlide, type ViewState } from '../../shared/geometry/view-state.ts';
import type { PyramidLevel } from '../../shared/slide/pyramid.ts';
import type { SlideDetail } from '../../shared/slide/slide.ts';
import { expect, test } from './product.ts';
import {
  inAddress,
  makeSlide,
  openViewer,
  type Picture,
  pictureOf,
  pixelAt,
  untilComplete,
} from './viewer-bench.ts';

const TILE = 256;
/** JPEG at the scanner's quality moves a flat cell by a few steps; cells differ by far more. */
const TOLERANCE = 36;

let slide: SlideDetail;

test.beforeAll(async ({ browser }) => {
  slide = await makeSlide(browser, 'Addressed', (folder) => {
    const options = { layout: 'svs', width: 5003, height: 3701, tile: TILE } as const;
    return writeAddressedSlide(join(folder, 'addressed.svs'), options).path;
  });
});

/** The finest level whose pixels are not smaller than half a screen pixel: what must be on the screen. */
function levelFor(view: ViewState): PyramidLevel {
  const levels = slide.properties?.pyramid.levels ?? [];
  const found = levels.find((level) => level.downsample / view.pxPerScreenPx > 0.501);
  if (found === undefined) throw new Error('the view is coarser than the slide');
  return found;
}

interface Findings {
  compared: number;
  readonly wrong: string[];
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.max(...[0, 1, 2].map((c) => Math.abs((a[c] ?? 0) - (b[c] ?? 0))));
}

/** A tile's pattern is a grid of 8 × 8 flat cells; the outermost ring of pixels is a line. */
const CELL = TILE / 8;

/** The colour of a place well inside a cell; null near an edge, where the screen shows a mixture. */
function flatColour(level: PyramidLevel, x: number, y: number, reach: number) {
  const isInside = (at: number, size: number) =>
    at >= 0 && at < size && at % CELL > reach && at % CELL < CELL - reach;
  if (!isInside(x, level.widthPx) || !isInside(y, level.heightPx)) return null;
  return expectedPixel(level.fileLevel ?? 0, Math.floor(x), Math.floor(y), TILE);
}

function compare(picture: Picture, view: ViewState): Findings {
  const level = levelFor(view);
  const pane = { widthPx: picture.width, heightPx: picture.height };
  const findings: Findings = { compared: 0, wrong: [] };
  const reach = 3 + (2 * view.pxPerScreenPx) / level.downsample;
  for (let y = 2; y < picture.height; y += 9) {
    for (let x = 2; x < picture.width; x += 9) {
      const at = screenToSlide(view, pane, screenPoint(x + 0.5, y + 0.5));
      const expected = flatColour(level, at.x / level.downsample, at.y / level.downsample, reach);
      if (expected === null) continue;
      findings.compared += 1;
      const seen = pixelAt(picture, x, y);
      if (seen[3] !== 255 || distance(seen, expected) > TOLERANCE) {
        findings.wrong.push(`(${x}, ${y}): ${seen.join(' ')} instead of ${expected.join(' ')}`);
      }
    }
  }
  return findings;
}

/** Each at a level that the file itself has, so that every tile on the screen carries its own address. */
const middle = { x: 2500.25, y: 1850.75 };
const views: readonly (readonly [string, ViewState])[] = [
  ['full resolution', { ...middle, pxPerScreenPx: 1, rotation: 0, flip: false }],
  ['enlarged beyond it', { ...middle, pxPerScreenPx: 0.4, rotation: 0, flip: false }],
  ['the second level of the file', { ...middle, pxPerScreenPx: 4, rotation: 0, flip: false }],
  ['the coarsest level of the file', { ...middle, pxPerScreenPx: 16, rotation: 0, flip: false }],
  ['turned by 30°', { ...middle, pxPerScreenPx: 1, rotation: 30, flip: false }],
  [
    'turned by 217° at the second level',
    { ...middle, pxPerScreenPx: 4, rotation: 217, flip: false },
  ],
  ['flipped', { ...middle, pxPerScreenPx: 1, rotation: 0, flip: true }],
  ['flipped and turned by 30°', { ...middle, pxPerScreenPx: 1, rotation: 30, flip: true }],
  ['the lower right corner', { x: 5003, y: 3701, pxPerScreenPx: 1, rotation: 0, flip: false }],
  [
    'the lower right corner, flipped and turned',
    { x: 4950, y: 3650, pxPerScreenPx: 1, rotation: 30, flip: true },
  ],
  [
    'the upper left corner at the second level',
    { x: 0, y: 0, pxPerScreenPx: 4, rotation: 0, flip: false },
  ],
];

for (const [name, view] of views) {
  test(`every tile stands in its place: ${name}`, async ({ as }) => {
    const page = await as('pathologist');
    // A small window, so that the coarsest level comes into its own before the slide is too small to lose.
    if (view.pxPerScreenPx > 8) await page.setViewportSize({ width: 700, height: 480 });
    await openViewer(page, slide.id, inAddress(view));
    await untilComplete(page);
    const findings = compare(await pictureOf(page), view);
    expect(findings.wrong.slice(0, 5)).toEqual([]);
    expect(findings.compared).toBeGreaterThan(60);
  });
}

test('at 1:1 pixels of the scan fall on pixels of the screen and none is mixed with its neighbour', async ({
  as,
}) => {
  const page = await as('pathologist');
  const view = { ...middle, pxPerScreenPx: 1, rotation: 0, flip: false };
  await openViewer(page, slide.id, inAddress(view));
  await untilComplete(page);
  const picture = await pictureOf(page);
  // A tile as the server sends it, decoded by the same browser, against what is on the screen.
  const address = { level: 0, column: 9, row: 7 };
  const tile = await page.evaluate(
    async ([path, size]) => {
      const reply = await fetch(path, { headers: { 'X-Farscope': '1' } });
      const image = await createImageBitmap(await reply.blob());
      const canvas = new OffscreenCanvas(size, size);
      const ctx = canvas.getContext('2d');
      ctx?.drawImage(image, 0, 0);
      return [...(ctx?.getImageData(0, 0, size, size).data ?? [])];
    },
    [
      `/api/slides/${slide.id}/tiles/${slide.revision}/0/${address.column}/${address.row}`,
      TILE,
    ] as const,
  );
  const left = Math.round(address.column * TILE - view.x + picture.width / 2);
  const top = Math.round(address.row * TILE - view.y + picture.height / 2);
  const offsets = [-1, 0, 1].flatMap((dx) => [-1, 0, 1].map((dy) => [dx, dy] as const));
  const identical = offsets.filter(([dx, dy]) => {
    for (let y = 0; y < TILE; y += 1) {
      for (let x = 0; x < TILE; x += 1) {
        const [sx, sy] = [left + x + dx, top + y + dy];
        if (sx < 0 || sy < 0 || sx >= picture.width || sy >= picture.height) continue;
        const seen = pixelAt(picture, sx, sy);
        const at = (y * TILE + x) * 4;
        if (distance(seen, tile.slice(at, at + 3)) > 0) return false;
      }
    }
    return true;
  });
  expect(identical).toHaveLength(1);
});
