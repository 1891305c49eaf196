import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boxBetween, boxCorners, isOnSlide, viewOfBox } from './box-corners.ts';
import { screenPoint, slidePoint } from './spaces.ts';
import { screenToSlide, slideToScreen, type ViewState } from './view-state.ts';

const pane = { widthPx: 800, heightPx: 500 };
const view: fc.Arbitrary<ViewState> = fc.record({
  x: fc.double({ min: 0, max: 1e5, noNaN: true }),
  y: fc.double({ min: 0, max: 1e5, noNaN: true }),
  pxPerScreenPx: fc.double({ min: 0.125, max: 64, noNaN: true }),
  rotation: fc.double({ min: 0, max: 359.99, noNaN: true }),
  flip: fc.boolean(),
});
const x = fc.integer({ min: 0, max: pane.widthPx });
const y = fc.integer({ min: 0, max: pane.heightPx });

test('a box drawn on the screen lies on the slide exactly under what was drawn, turned and flipped as it may be', () => {
  fc.assert(
    fc.property(view, x, y, x, y, (seen, x1, y1, x2, y2) => {
      fc.pre(x1 !== x2 && y1 !== y2);
      const at = (sx: number, sy: number) => screenToSlide(seen, pane, screenPoint(sx, sy));
      const box = boxBetween(at(x1, y1), at(x2, y2), seen.rotation);
      if (box === null) throw new Error('no box');
      const drawn = boxCorners(box).map((corner) => slideToScreen(seen, pane, corner));
      const [left, right] = [Math.min(x1, x2), Math.max(x1, x2)];
      const [top, bottom] = [Math.min(y1, y2), Math.max(y1, y2)];
      const wanted = seen.flip
        ? [
            [right, top],
            [left, top],
            [left, bottom],
            [right, bottom],
          ]
        : [
            [left, top],
            [right, top],
            [right, bottom],
            [left, bottom],
          ];
      for (const [index, [wx = 0, wy = 0]] of wanted.entries()) {
        expect(drawn[index]?.x).toBeCloseTo(wx, 5);
        expect(drawn[index]?.y).toBeCloseTo(wy, 5);
      }
    }),
  );
});

test('a line is no box', () => {
  expect(boxBetween(slidePoint(1, 1), slidePoint(1, 9), 0)).toBeNull();
  expect(boxBetween(slidePoint(3, 3), slidePoint(3, 3), 30)).toBeNull();
});

test('the view of a box has it in the middle, whole, and turned as it was seen', () => {
  fc.assert(
    fc.property(view, x, y, x, y, (seen, x1, y1, x2, y2) => {
      fc.pre(x1 !== x2 && y1 !== y2);
      const at = (sx: number, sy: number) => screenToSlide(seen, pane, screenPoint(sx, sy));
      const box = boxBetween(at(x1, y1), at(x2, y2), seen.rotation);
      if (box === null) throw new Error('no box');
      const shown = viewOfBox(box, seen);
      expect(shown).toMatchObject({ x: box.x, y: box.y, rotation: seen.rotation, flip: seen.flip });
      for (const corner of boxCorners(box)) {
        const on = slideToScreen(shown, pane, corner);
        expect(on.x).toBeGreaterThanOrEqual(-1e-6);
        expect(on.x).toBeLessThanOrEqual(pane.widthPx + 1e-6);
        expect(on.y).toBeGreaterThanOrEqual(-1e-6);
        expect(on.y).toBeLessThanOrEqual(pane.heightPx + 1e-6);
      }
    }),
  );
});

test('a box beside the slide is not on it', () => {
  const slide = { widthPx: 1_000, heightPx: 600 };
  const box = { x: 500, y: 300, widthPx: 100, heightPx: 50, rotation: 30 };
  expect(isOnSlide(box, slide)).toBe(true);
  expect(isOnSlide({ ...box, x: -1 }, slide)).toBe(false);
  expect(isOnSlide({ ...box, y: 601 }, slide)).toBe(false);
  expect(isOnSlide({ ...box, widthPx: 1_200 }, slide)).toBe(false);
});
