import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeLinks, follow, invertLink, linkHere, mapPoint, SAME_PLACE } from './slide-link.ts';
import { screenPoint, slidePoint } from './spaces.ts';
import type { ViewState } from './view-state.ts';
import { panByScreen, rotateBy, screenToSlide } from './view-state.ts';

const coordinate = fc.double({ min: -1e5, max: 1e5, noNaN: true });
const view: fc.Arbitrary<ViewState> = fc.record({
  x: coordinate,
  y: coordinate,
  pxPerScreenPx: fc.double({ min: 0.1, max: 100, noNaN: true }),
  rotation: fc.double({ min: 0, max: 359.9, noNaN: true }),
  flip: fc.boolean(),
});
const pane = { widthPx: 800, heightPx: 600 };

function expectSameView(actual: ViewState, expected: ViewState): void {
  // A thousandth of a pixel; far outside the slide, where doubles are coarser, in proportion.
  const error = Math.max(1e-3, 1e-9 * (Math.abs(expected.x) + Math.abs(expected.y)));
  expect(Math.abs(actual.x - expected.x)).toBeLessThan(error);
  expect(Math.abs(actual.y - expected.y)).toBeLessThan(error);
  expect(actual.pxPerScreenPx / expected.pxPerScreenPx).toBeCloseTo(1, 9);
  const turn = Math.abs(actual.rotation - expected.rotation) % 360;
  expect(Math.min(turn, 360 - turn)).toBeLessThan(1e-6);
  expect(actual.flip).toBe(expected.flip);
}

describe('panes locked together', () => {
  it('show at the moment of locking what they showed before', () => {
    fc.assert(
      fc.property(view, view, (leader, follower) => {
        expectSameView(follow(linkHere(leader, follower), leader), follower);
      }),
    );
  });

  it('move, zoom, turn and flip as one: what is at a screen place in one is its partner in the other', () => {
    fc.assert(
      fc.property(view, view, view, fc.integer({ min: 0, max: 800 }), (a, b, later, x) => {
        const link = linkHere(a, b);
        const at = screenPoint(x, 100);
        const inLeader = screenToSlide(later, pane, at);
        const inFollower = screenToSlide(follow(link, later), pane, at);
        const expected = mapPoint(link, inLeader);
        const size =
          1e4 +
          Math.hypot(expected.x, expected.y) +
          Math.hypot(inLeader.x, inLeader.y) * link.scale;
        expect(
          Math.hypot(inFollower.x - expected.x, inFollower.y - expected.y) / size,
        ).toBeLessThan(1e-8);
      }),
    );
  });

  it('can be led from either side', () => {
    fc.assert(
      fc.property(view, view, view, (a, b, later) => {
        const link = linkHere(a, b);
        expectSameView(follow(invertLink(link), follow(link, later)), later);
      }),
    );
  });

  it('chain: a third pane follows through the second', () => {
    fc.assert(
      fc.property(view, view, view, view, (a, b, c, later) => {
        const toB = linkHere(a, b);
        const toC = linkHere(b, c);
        expectSameView(follow(composeLinks(toC, toB), later), follow(toC, follow(toB, later)));
      }),
    );
  });

  it('pan the same way on the screen although one is flipped and turned', () => {
    const a: ViewState = { x: 0, y: 0, pxPerScreenPx: 1, rotation: 0, flip: false };
    const b: ViewState = { x: 500, y: 500, pxPerScreenPx: 2, rotation: 90, flip: true };
    const link = linkHere(a, b);
    expectSameView(follow(link, panByScreen(a, 30, 0)), panByScreen(b, 30, 0));
    expectSameView(follow(link, rotateBy(a, 20)), rotateBy(b, 20));
  });

  it('of the same slide start with nothing between them', () => {
    const a: ViewState = { x: 12, y: 7, pxPerScreenPx: 3, rotation: 10, flip: false };
    expectSameView(follow(SAME_PLACE, a), a);
    expect(mapPoint(SAME_PLACE, slidePoint(4, 5))).toMatchObject({ x: 4, y: 5 });
  });
});
