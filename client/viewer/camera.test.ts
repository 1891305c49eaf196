import { describe, expect, it } from 'vitest';
import { screenPoint } from '../../shared/geometry/spaces.ts';
import { screenToSlide, type ViewState, zoomAt } from '../../shared/geometry/view-state.ts';
import { limitView, stepCamera } from './camera.ts';

const start: ViewState = { x: 5000, y: 4000, pxPerScreenPx: 16, rotation: 0, flip: false };
const pane = { widthPx: 1000, heightPx: 800 };

function walk(from: ViewState, to: ViewState): ViewState[] {
  const path = [from];
  while (path.length < 500) {
    const last = path.at(-1) ?? from;
    if (last === to) break;
    path.push(stepCamera(last, to, 16));
  }
  return path;
}

describe('the camera', () => {
  it('lands on the target digit for digit, within a second', () => {
    const target = { x: 123.456789, y: 7.1, pxPerScreenPx: 1 / 3, rotation: 33.3, flip: true };
    const path = walk(start, target);
    expect(path.at(-1)).toBe(target);
    expect(path.length * 16).toBeLessThan(1000);
  });

  it('keeps the place under the pointer still in every frame of a zoom', () => {
    const anchor = screenPoint(900, 100);
    const kept = screenToSlide(start, pane, anchor);
    for (const view of walk(start, zoomAt(start, pane, anchor, 1))) {
      const now = screenToSlide(view, pane, anchor);
      expect(Math.hypot(now.x - kept.x, now.y - kept.y) / view.pxPerScreenPx).toBeLessThan(0.5);
    }
  });

  it('turns the short way round', () => {
    const from = { ...start, rotation: 350 };
    const path = walk(from, { ...start, rotation: 10 });
    expect(path.every((view) => view.rotation >= 349.9 || view.rotation <= 10.1)).toBe(true);
  });

  it('may not leave the slide or lose it', () => {
    const limits = { slideWidthPx: 100, slideHeightPx: 50, closest: 0.125, farthest: 8 };
    const lost = { x: -7, y: 60, pxPerScreenPx: 99, rotation: 5, flip: false };
    expect(limitView(lost, limits)).toEqual({
      x: 0,
      y: 50,
      pxPerScreenPx: 8,
      rotation: 5,
      flip: false,
    });
  });
});
