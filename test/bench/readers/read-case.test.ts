import { expect, test } from 'vitest';
import type { Pyramid } from '../../../shared/slide/pyramid.ts';
import { levelOfPower, readCases, type View } from './read-case.ts';
import { tileNumber, tilesOfView } from './view-tiles.ts';

const MINUTES = 60_000;

function pyramid(widthPx: number, heightPx: number): Pyramid {
  const levels = [1, 2, 4, 8, 16, 32, 64].map((downsample) => ({
    widthPx: Math.ceil(widthPx / downsample),
    heightPx: Math.ceil(heightPx / downsample),
    tileWidthPx: 256,
    tileHeightPx: 256,
    downsample,
    fileLevel: null,
  }));
  return { widthPx, heightPx, levels };
}

const SLIDES = Array.from({ length: 12 }, () => pyramid(40_000, 30_000));

function viewsUntil(untilMs: number, seed = 1): View[] {
  const views: View[] = [];
  for (const view of readCases(SLIDES, seed)) {
    if (view.atMs >= untilMs) return views;
    views.push(view);
  }
  return views;
}

test('the same seed reads the same, another seed does not', () => {
  expect(viewsUntil(2 * MINUTES)).toEqual(viewsUntil(2 * MINUTES));
  expect(viewsUntil(2 * MINUTES, 2)).not.toEqual(viewsUntil(2 * MINUTES));
});

test('time only goes on, and every view lies on its slide', () => {
  let lastMs = -1;
  for (const { atMs, centre, slide, level } of viewsUntil(10 * MINUTES)) {
    expect(atMs).toBeGreaterThan(lastMs);
    lastMs = atMs;
    expect(centre.x >= 0 && centre.x < 40_000 && centre.y >= 0 && centre.y < 30_000).toBe(true);
    expect(SLIDES[slide]?.levels[level]).toBeDefined();
  }
});

test('the pace is clinical: some 25 fields a minute, at every magnification, on several slides', () => {
  const views = Array.from({ length: 20 }, (_, seed) => viewsUntil(10 * MINUTES, seed)).flat();
  // Three steps make one glide.
  const fieldsAMinute = views.length / 3 / 20 / 10;
  expect(fieldsAMinute).toBeGreaterThan(20);
  expect(fieldsAMinute).toBeLessThan(32);
  const share = (level: number) =>
    views.filter((view) => view.level === level).length / views.length;
  for (const power of [40, 20, 5]) {
    expect(share(levelOfPower(SLIDES[0] ?? pyramid(1, 1), power))).toBeGreaterThan(0.08);
  }
  const visits = viewsUntil(10 * MINUTES).filter(
    (view, at, all) => view.slide !== all[at - 1]?.slide,
  );
  expect(visits.length).toBeGreaterThan(1);
});

test('a view asks for every tile under its pane once, the middle first', () => {
  const [slide = pyramid(1, 1)] = SLIDES;
  const view = { atMs: 0, slide: 0, level: 0, centre: { x: 20_000, y: 15_000 } };
  const tiles = tilesOfView(slide, view);
  // 1,800 x 960 px touch eight columns and five rows of 256 px.
  expect(tiles).toHaveLength(8 * 5);
  expect(new Set(tiles.map((tile) => tileNumber(0, tile))).size).toBe(tiles.length);
  expect(tiles[0]).toMatchObject({ row: 58 });
});

test('at a corner only tiles of the slide are asked for', () => {
  const [slide = pyramid(1, 1)] = SLIDES;
  const view = { atMs: 0, slide: 0, level: 0, centre: { x: 39_999, y: 29_999 } };
  for (const { column, row } of tilesOfView(slide, view)) {
    expect(column).toBeLessThan(157);
    expect(row).toBeLessThan(118);
  }
});
