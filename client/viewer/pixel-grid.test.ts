import { expect, it } from 'vitest';
import type { ViewState } from '../../shared/geometry/view-state.ts';
import { isOneToOne, snapToPixels } from './pixel-grid.ts';

const view: ViewState = { x: 1000.37, y: 500.81, pxPerScreenPx: 4, rotation: 0, flip: false };

it('a level is one to one at its own scale, upright, on a screen of that density', () => {
  expect(isOneToOne(view, [1, 2, 4], 1)).toBe(true);
  expect(isOneToOne(view, [1, 4], 2)).toBe(false);
  expect(isOneToOne(view, [1, 2, 4], 2)).toBe(true);
  expect(isOneToOne({ ...view, rotation: 90 }, [4], 1)).toBe(false);
  expect(isOneToOne({ ...view, pxPerScreenPx: 3 }, [1, 2, 4], 1)).toBe(false);
});

it('a snapped view moves by less than half a device pixel and starts on a whole one', () => {
  for (const widthPx of [1000, 1001]) {
    const snapped = snapToPixels(view, { widthPx, heightPx: 701 }, 1);
    expect(Math.abs(snapped.x - view.x)).toBeLessThanOrEqual(2);
    const left = snapped.x / 4 - widthPx / 2;
    const top = snapped.y / 4 - 701 / 2;
    expect(left).toBeCloseTo(Math.round(left), 9);
    expect(top).toBeCloseTo(Math.round(top), 9);
  }
});
