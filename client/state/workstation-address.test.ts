import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SlideId } from '../../shared/ids.ts';
import { composeFrom, formatAddress, parseAddress } from './workstation-address.ts';
import {
  emptyComposition,
  LAYOUTS,
  nextPane,
  PANE_IDS,
  panesOf,
  withLayout,
  withSlide,
} from './workstation-composition.ts';

const slideIds = fc.uuid({ version: 7 }).map((id) => SlideId.parse(id));
const number = fc.double({ min: -1e5, max: 1e5, noNaN: true }).map((n) => n + 0);
const view = fc.record(
  {
    x: number,
    y: number,
    pxPerScreenPx: fc.double({ min: 0.1, max: 200, noNaN: true }),
    rotation: fc.double({ min: 0, max: 359, noNaN: true }).map((n) => n + 0),
    flip: fc.boolean(),
  },
  { noNullPrototype: true },
);

describe('the address of the workstation', () => {
  it('restores layout, slides, link and every view exactly', () => {
    const anything = fc.record({
      layout: fc.constantFrom(...LAYOUTS),
      slides: fc.tuple(slideIds, slideIds, slideIds, slideIds),
      views: fc.tuple(view, view, view, view),
      isLinked: fc.boolean(),
    });
    fc.assert(
      fc.property(anything, ({ layout, slides, views, isLinked }) => {
        const shown = panesOf(layout);
        const bySlide = Object.fromEntries(PANE_IDS.map((pane, i) => [pane, slides[i]]));
        const byView = Object.fromEntries(shown.map((pane, i) => [pane, views[i]]));
        const composition = {
          ...emptyComposition(slides[0]),
          layout,
          slides: bySlide as Record<'a' | 'b' | 'c' | 'd', SlideId>,
          isLinked: isLinked && layout !== 'one',
        };
        const address = parseAddress(slides[0], formatAddress(composition, byView));
        expect(address.layout).toBe(layout);
        expect(address.views).toEqual(byView);
        expect(address.isLinked).toBe(composition.isLinked);
        for (const pane of shown) expect(address.slides[pane]).toBe(composition.slides[pane]);
      }),
    );
  });

  it('that somebody wrote by hand is believed as far as it can be read', () => {
    const id = SlideId.parse('0190f7a0-0000-7000-8000-000000000001');
    const address = parseAddress(id, {
      layout: 'two',
      b: 'nonsense',
      view: '1,2,3',
      linked: 'yes',
    });
    expect(address).toEqual({ layout: 'two', slides: { a: id }, views: {}, isLinked: false });
    expect(composeFrom(address, null).slides.b).toBeNull();
  });
});

describe('panes', () => {
  const first = SlideId.parse('0190f7a0-0000-7000-8000-000000000001');
  const second = SlideId.parse('0190f7a0-0000-7000-8000-000000000002');

  it('that appear begin with what the active pane shows', () => {
    const four = withLayout(emptyComposition(first), 'four');
    expect(Object.values(four.slides)).toEqual([first, first, first, first]);
  });

  it('"open in the next pane" makes room when there is only one', () => {
    const { composition, pane } = nextPane(emptyComposition(first));
    expect(composition.layout).toBe('two');
    expect(pane).toBe('b');
    expect(withSlide(composition, pane, second).slides).toMatchObject({ a: first, b: second });
  });

  it('lose their adjustments with their slide, and the link with the last partner', () => {
    const toned = {
      ...emptyComposition(first),
      tones: { a: { brightness: 1.2, contrast: 1, gamma: 1 } },
    };
    expect(withSlide(toned, 'a', second).tones).toEqual({});
    const linked = { ...withLayout(emptyComposition(first), 'two'), isLinked: true };
    expect(withLayout(linked, 'one').isLinked).toBe(false);
  });
});
