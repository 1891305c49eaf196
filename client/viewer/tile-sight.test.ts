import { describe, expect, it } from 'vitest';
import type { ViewState } from '../../shared/geometry/view-state.ts';
import { distanceFromCentre, isInSight, type Sight } from './tile-sight.ts';

const view: ViewState = { x: 5000, y: 5000, pxPerScreenPx: 4, rotation: 0, flip: false };
const pane = { widthPx: 1000, heightPx: 500 }; // shows x 3000..7000, y 4000..6000
const sight: Sight = { views: [view], pane, density: 1 };
const tile = { x: 6900, y: 5900, widthPx: 1024, heightPx: 1024 };

describe('a tile in sight', () => {
  it('overlaps the field', () => {
    expect(isInSight(sight, tile, 4)).toBe(true);
    expect(isInSight(sight, { ...tile, x: 7000 }, 4)).toBe(false);
    expect(isInSight(sight, { ...tile, y: 2900 }, 4)).toBe(false);
  });

  it('is not finer than the screen can show', () => {
    expect(isInSight(sight, tile, 1)).toBe(false);
    expect(isInSight(sight, tile, 2)).toBe(false);
    expect(isInSight({ ...sight, density: 2 }, tile, 2)).toBe(true);
  });

  it('may also lie where the camera is going', () => {
    const goal = { ...view, x: 20_000, pxPerScreenPx: 1 };
    const there = { x: 19_900, y: 4900, widthPx: 256, heightPx: 256 };
    expect(isInSight({ ...sight, views: [view, goal] }, there, 1)).toBe(true);
  });

  it('may be reached by a corner of a turned field', () => {
    const corner = { x: 4900, y: 6500, widthPx: 100, heightPx: 100 };
    expect(isInSight(sight, corner, 4)).toBe(false);
    expect(isInSight({ ...sight, views: [{ ...view, rotation: 90 }] }, corner, 4)).toBe(true);
  });
});

it('tiles in the middle come first', () => {
  const middle = { x: 4900, y: 4900, widthPx: 200, heightPx: 200 };
  expect(distanceFromCentre(sight, middle)).toBe(0);
  expect(distanceFromCentre(sight, tile)).toBeGreaterThan(500);
});
