import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pyramid } from '../../shared/slide/pyramid.ts';
import { makeOsdLevels } from './osd-levels.ts';

/** A scanner's pyramid: sizes that are no exact powers of two, tile sizes that differ by level. */
const uneven: Pyramid = {
  widthPx: 10_003,
  heightPx: 7_001,
  levels: [
    {
      widthPx: 10_003,
      heightPx: 7_001,
      tileWidthPx: 240,
      tileHeightPx: 240,
      downsample: 1,
      fileLevel: 0,
    },
    {
      widthPx: 5_002,
      heightPx: 3_501,
      tileWidthPx: 512,
      tileHeightPx: 512,
      downsample: 2,
      fileLevel: null,
    },
    {
      widthPx: 2_500,
      heightPx: 1_750,
      tileWidthPx: 256,
      tileHeightPx: 128,
      downsample: 4.001,
      fileLevel: 1,
    },
  ],
};
const levels = makeOsdLevels(uneven);

describe('the OpenSeadragon border', () => {
  it('counts levels the other way', () => {
    expect(levels.maxLevel).toBe(2);
    expect(levels.addressOf(0, 3, 4)).toEqual({ level: 2, column: 3, row: 4 });
    expect(levels.addressOf(2, 3, 4)).toEqual({ level: 0, column: 3, row: 4 });
    expect(() => levels.levelOf(3)).toThrow(RangeError);
  });

  it('lays tiles of every level edge to edge over the slide', () => {
    for (let level = 0; level <= 2; level += 1) {
      const { columns, rows } = levels.gridOf(level);
      for (let column = 1; column < columns; column += 1) {
        const left = levels.boundsOf(level, column - 1, 0);
        expect(levels.boundsOf(level, column, 0).x).toBeCloseTo(left.x + left.width, 12);
      }
      const end = levels.boundsOf(level, columns - 1, rows - 1);
      const coarsePx = levels.levelOf(level).downsample / uneven.widthPx;
      expect(Math.abs(end.x + end.width - 1)).toBeLessThanOrEqual(coarsePx);
      expect(Math.abs(end.y + end.height - 7_001 / 10_003)).toBeLessThanOrEqual(coarsePx * 1.001);
    }
  });

  it('cuts the last column and row exactly', () => {
    expect(levels.sizeOf(2, 41, 29)).toMatchObject({
      widthPx: 10_003 - 41 * 240,
      heightPx: 7_001 - 29 * 240,
    });
    expect(levels.sizeOf(0, 9, 13)).toMatchObject({
      widthPx: 2_500 - 9 * 256,
      heightPx: 1_750 - 13 * 128,
    });
  });

  it('finds the tile that holds a point, at every level', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 }), share, share, (level, u, v) => {
        const y = (v * 7_001) / 10_003;
        const { column, row } = levels.tileAt(level, u, y);
        const bounds = levels.boundsOf(level, column, row);
        const slack = levels.levelOf(level).downsample / uneven.widthPx;
        expect(u).toBeGreaterThanOrEqual(bounds.x - 1e-12);
        expect(u).toBeLessThanOrEqual(bounds.x + bounds.width + slack);
        expect(y).toBeGreaterThanOrEqual(bounds.y - 1e-12);
        expect(y).toBeLessThanOrEqual(bounds.y + bounds.height + slack);
      }),
    );
  });

  it('can be cut down to the coarsest level, which keeps its address', () => {
    const underlay = makeOsdLevels(uneven, 1);
    expect(underlay.maxLevel).toBe(0);
    expect(underlay.addressOf(0, 1, 1)).toEqual({ level: 2, column: 1, row: 1 });
  });
});
