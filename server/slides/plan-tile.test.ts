import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { planPyramid } from '../../shared/slide-format/plan-pyramid.ts';
import { columnsOf, type Pyramid, rowsOf } from '../../shared/slide/pyramid.ts';
import { piecesOf, planTile, tileRegion } from './plan-tile.ts';

const slides = fc
  .record({
    widthPx: fc.integer({ min: 1, max: 60_000 }),
    heightPx: fc.integer({ min: 1, max: 60_000 }),
    tilePx: fc.constantFrom(10, 64, 240, 256, 512, 1_024, 2_000),
    downsamples: fc.constantFrom([1], [1, 4, 16], [1, 2, 4, 8], [1, 32]),
  })
  .map(({ widthPx, heightPx, tilePx, downsamples }) => {
    const levels = downsamples.map((downsample) => ({
      widthPx: Math.max(1, Math.floor(widthPx / downsample)),
      heightPx: Math.max(1, Math.floor(heightPx / downsample)),
      tileWidthPx: tilePx,
      tileHeightPx: tilePx,
      downsample,
    }));
    return { levels, pyramid: planPyramid({ levels }) };
  });

const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

function tileAt(pyramid: Pyramid, [a, b, c]: readonly [number, number, number]) {
  const level = Math.floor(a * pyramid.levels.length);
  const served = pyramid.levels[level];
  if (served === undefined) throw new Error('no level');
  const column = Math.floor(b * columnsOf(served));
  const row = Math.floor(c * rowsOf(served));
  const region = tileRegion(served, { level, column, row });
  if (region === undefined) throw new Error('a tile of the grid is inside');
  return { level, served, region };
}

test('a plan covers its tile exactly: the region halved is the tile, the pieces are the region', () => {
  fc.assert(
    fc.property(slides, fc.tuple(share, share, share), ({ levels, pyramid }, where) => {
      const { level, region } = tileAt(pyramid, where);
      const plan = planTile(pyramid, level, region);
      const unit = 2 ** plan.halvings;
      expect(Math.ceil(plan.region.widthPx / unit)).toBe(region.widthPx);
      expect(Math.ceil(plan.region.heightPx / unit)).toBe(region.heightPx);
      expect([plan.region.x, plan.region.y]).toEqual([region.x * unit, region.y * unit]);
      const grid =
        plan.from.kind === 'file' ? levels[plan.from.fileLevel] : pyramid.levels[plan.from.level];
      if (grid === undefined) throw new Error('no source');
      const pieces = piecesOf(grid, plan.region);
      const covered = pieces.reduce((sum, { x, y, usedWidthPx, usedHeightPx }) => {
        const width = Math.min(plan.region.widthPx, x + usedWidthPx) - Math.max(0, x);
        const height = Math.min(plan.region.heightPx, y + usedHeightPx) - Math.max(0, y);
        expect(Math.min(width, height)).toBeGreaterThan(0);
        return sum + width * height;
      }, 0);
      expect(covered).toBe(plan.region.widthPx * plan.region.heightPx);
    }),
  );
});

test('no plan decodes more than an eighth down: coarser levels go by way of one between', () => {
  const levels = [
    { widthPx: 100_000, heightPx: 80_000, tileWidthPx: 256, tileHeightPx: 256, downsample: 1 },
  ];
  const pyramid = planPyramid({ levels });
  for (const [level, served] of pyramid.levels.entries()) {
    const region = tileRegion(served, { level, column: 0, row: 0 });
    if (region === undefined) throw new Error('inside');
    const { halvings, from } = planTile(pyramid, level, region);
    expect(halvings).toBeLessThanOrEqual(3);
    expect(from.kind).toBe(level <= 3 ? 'file' : 'served');
  }
});

test('outside the grid there is no tile, on any side', () => {
  const pyramid = planPyramid({
    levels: [{ widthPx: 1_000, heightPx: 700, tileWidthPx: 256, tileHeightPx: 256, downsample: 1 }],
  });
  const served = pyramid.levels[0];
  if (served === undefined) throw new Error('no level');
  expect(tileRegion(served, { level: 0, column: 3, row: 2 })).toEqual({
    x: 768,
    y: 512,
    widthPx: 232,
    heightPx: 188,
  });
  expect(tileRegion(served, { level: 0, column: 4, row: 0 })).toBeUndefined();
  expect(tileRegion(served, { level: 0, column: 0, row: 3 })).toBeUndefined();
  expect(tileRegion(served, { level: 0, column: -1, row: 0 })).toBeUndefined();
});
