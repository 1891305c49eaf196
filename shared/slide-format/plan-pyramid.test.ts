import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnsOf, Pyramid, rowsOf } from '../slide/pyramid.ts';
import { isWithinTwo, type LevelShape, planPyramid } from './plan-pyramid.ts';

function shape(widthPx: number, heightPx: number, downsample = 1, tile = 256): LevelShape {
  return { widthPx, heightPx, tileWidthPx: tile, tileHeightPx: tile, downsample };
}

const sides = fc.integer({ min: 1, max: 400_000 });
/** A file with level 0 and coarser levels at growing downsamples, rounded down or up. */
const files = fc
  .record({
    width: sides,
    height: sides,
    steps: fc.array(fc.double({ min: 1.3, max: 9, noNaN: true }), { maxLength: 5 }),
    tile: fc.constantFrom(32, 240, 256, 512, 1024, 2048),
    up: fc.boolean(),
  })
  .map(({ width, height, steps, tile, up }) => {
    const round = up ? Math.ceil : Math.floor;
    let downsample = 1;
    const coarser = steps.map((step) => {
      downsample *= step;
      const side = (full: number) => Math.max(1, round(full / downsample));
      return shape(side(width), side(height), downsample, tile);
    });
    return [shape(width, height, 1, tile), ...coarser];
  });

describe('the levels that are served', () => {
  test('an SVS with levels 1, 4, 16 gets 2 and 8, and goes on to one tile', () => {
    const levels = [shape(46_000, 32_914), shape(11_500, 8_228, 4), shape(2_875, 2_057, 16)];
    const pyramid = planPyramid({ levels });
    expect(pyramid.levels.map(({ fileLevel }) => fileLevel)).toEqual([
      0,
      null,
      1,
      null,
      2,
      null,
      null,
      null,
    ]);
    expect(pyramid.levels.map(({ widthPx }) => widthPx)).toEqual([
      46_000, 23_000, 11_500, 5_750, 2_875, 1_438, 719, 360,
    ]);
    expect(pyramid.levels.map(({ downsample }) => downsample)).toEqual([
      1, 2, 4, 8, 16, 32, 64, 128,
    ]);
  });

  test('no step is more than two, none grows, and the last fits into one tile', () => {
    fc.assert(
      fc.property(files, (levels) => {
        const pyramid = Pyramid.parse(planPyramid({ levels }));
        for (const [index, level] of pyramid.levels.entries()) {
          const next = pyramid.levels[index + 1];
          if (next === undefined) continue;
          expect(isWithinTwo(level, next)).toBe(true);
          expect(next.widthPx <= level.widthPx && next.heightPx <= level.heightPx).toBe(true);
          expect(next.downsample).toBeGreaterThan(level.downsample);
        }
        const last = pyramid.levels.at(-1);
        expect(Math.max(last?.widthPx ?? 0, last?.heightPx ?? 0)).toBeLessThanOrEqual(512);
      }),
      { numRuns: 500 },
    );
  });

  test('a composed level is the half, rounded up, of the finer served one', () => {
    fc.assert(
      fc.property(files, (levels) => {
        const served = planPyramid({ levels }).levels;
        for (const [index, level] of served.entries()) {
          const finer = served[index - 1];
          if (level.fileLevel !== null || finer === undefined) continue;
          expect(level.widthPx).toBe(Math.ceil(finer.widthPx / 2));
          expect(level.heightPx).toBe(Math.ceil(finer.heightPx / 2));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('tiles cover every level and not a row more', () => {
    fc.assert(
      fc.property(files, (levels) => {
        for (const level of planPyramid({ levels }).levels) {
          expect(columnsOf(level) * level.tileWidthPx).toBeGreaterThanOrEqual(level.widthPx);
          expect((columnsOf(level) - 1) * level.tileWidthPx).toBeLessThan(level.widthPx);
          expect((rowsOf(level) - 1) * level.tileHeightPx).toBeLessThan(level.heightPx);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('strips, tiny tiles and huge ones are served in tiles of 512 px over the same level', () => {
    for (const tile of [
      { tileWidthPx: 3_000, tileHeightPx: 16 },
      { tileWidthPx: 64, tileHeightPx: 64 },
      { tileWidthPx: 2_048, tileHeightPx: 2_048 },
    ]) {
      const { levels } = planPyramid({ levels: [{ ...shape(3_000, 2_000), ...tile }] });
      expect(levels[0]).toMatchObject({ fileLevel: 0, tileWidthPx: 512, tileHeightPx: 512 });
    }
  });

  test('a level that rounds its side down is still the next of its finer neighbour', () => {
    const { levels } = planPyramid({ levels: [shape(46_001, 30_003), shape(23_000, 15_001, 2)] });
    expect(levels.map(({ fileLevel }) => fileLevel).slice(0, 3)).toEqual([0, 1, null]);
  });
});
