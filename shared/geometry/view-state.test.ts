import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { screenPoint, slidePoint } from './spaces.ts';
import type { ViewState } from './view-state.ts';
import {
  cornersOf,
  fitView,
  formatView,
  normaliseDegrees,
  panByScreen,
  parseView,
  rotateBy,
  screenToSlide,
  slideToScreen,
  zoomAt,
} from './view-state.ts';

const coordinate = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((n) => n + 0);
const anyView: fc.Arbitrary<ViewState> = fc.record({
  x: coordinate,
  y: coordinate,
  pxPerScreenPx: fc.double({ min: 0.05, max: 500, noNaN: true }),
  rotation: fc.double({ min: 0, max: 360, maxExcluded: true, noNaN: true }).map((n) => n + 0),
  flip: fc.boolean(),
});
const pane = { widthPx: 1280, heightPx: 720 };
const onScreen = fc.record({
  x: fc.double({ min: 0, max: 1280, noNaN: true }),
  y: fc.double({ min: 0, max: 720, noNaN: true }),
});

describe('the view in the address bar', () => {
  it('reads back exactly what was written', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        expect(parseView(formatView(view))).toEqual(view);
      }),
    );
  });

  it('survives being percent-encoded in an address', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        const query = new URLSearchParams({ view: formatView(view) }).toString();
        expect(parseView(new URLSearchParams(query).get('view') ?? '')).toEqual(view);
      }),
    );
  });

  it.each([
    '',
    '1,2,3,4',
    '1,2,0,0,0',
    '1,2,3,360,0',
    '1,2,3,0,2',
    'a,2,3,0,0',
    '1,,3,0,0',
    '1,2,NaN,0,0',
  ])('takes %j for no view at all', (text) => {
    expect(parseView(text)).toBeNull();
  });
});

describe('a view', () => {
  it('leads from the screen to the slide and back', () => {
    fc.assert(
      fc.property(anyView, onScreen, (view, at) => {
        const there = screenToSlide(view, pane, screenPoint(at.x, at.y));
        const back = slideToScreen(view, pane, there);
        // Limited by doubles: a million level-0 pixels from the origin at 20 screen pixels for each.
        expect(Math.hypot(back.x - at.x, back.y - at.y)).toBeLessThan(1e-5);
      }),
    );
  });

  it('keeps the place under the pointer when it zooms', () => {
    fc.assert(
      fc.property(
        anyView,
        onScreen,
        fc.double({ min: 0.1, max: 100, noNaN: true }),
        (view, at, scale) => {
          const anchor = screenPoint(at.x, at.y);
          const before = screenToSlide(view, pane, anchor);
          const after = screenToSlide(zoomAt(view, pane, anchor, scale), pane, anchor);
          expect(Math.hypot(after.x - before.x, after.y - before.y)).toBeLessThan(1e-4);
        },
      ),
    );
  });

  it('pans to what was seen at the right, turned and flipped or not', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        const seen = screenToSlide(view, pane, screenPoint(740, 360));
        const moved = panByScreen(view, 100, 0);
        expect(Math.hypot(moved.x - seen.x, moved.y - seen.y)).toBeLessThan(1e-5);
      }),
    );
  });

  it('turns clockwise as seen, flipped or not', () => {
    const view: ViewState = { x: 0, y: 0, pxPerScreenPx: 1, rotation: 0, flip: false };
    for (const flip of [false, true]) {
      const right = slideToScreen(
        rotateBy({ ...view, flip }, 90),
        pane,
        slidePoint(flip ? -10 : 10, 0),
      );
      expect(right.x).toBeCloseTo(640, 9);
      expect(right.y).toBeCloseTo(370, 9);
    }
  });

  it('fits the whole slide into the pane', () => {
    const slide = { widthPx: 40_000, heightPx: 30_000 };
    const view = fitView(slide, pane, 10);
    const corner = slideToScreen(view, pane, slidePoint(0, 0));
    expect(corner.y).toBeCloseTo(10, 9);
    expect(corner.x).toBeGreaterThan(10);
    expect(cornersOf(view, pane)[2]?.y).toBeGreaterThan(30_000);
  });
});

it('degrees always land in [0, 360)', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e4, max: 1e4, noNaN: true }), (degrees) => {
      const turned = normaliseDegrees(degrees);
      expect(turned).toBeGreaterThanOrEqual(0);
      expect(turned).toBeLessThan(360);
      expect(Object.is(turned, -0)).toBe(false);
    }),
  );
});
