import { beforeAll, describe, expect, it } from 'vitest';
import { wheelZoomFactor } from './pane-gestures.ts';

const still = { deltaX: 0, deltaY: 0, deltaMode: 0, ctrlKey: false, shiftKey: false };

describe('the wheel', () => {
  beforeAll(() => {
    // Node has no wheel; only the numbers of the UI Events standard are needed.
    Object.assign(globalThis, { WheelEvent: { DOM_DELTA_LINE: 1, DOM_DELTA_PAGE: 2 } });
  });

  function factor(change: Partial<typeof still>): number {
    return wheelZoomFactor({ ...still, ...change } as WheelEvent);
  }

  it('zooms in when turned away and out when turned back, by the same amount', () => {
    expect(factor({ deltaY: -100 })).toBeLessThan(0.82);
    expect(factor({ deltaY: -100 }) * factor({ deltaY: 100 })).toBeCloseTo(1, 12);
  });

  it('is finer with Shift, also where Shift turns it sideways', () => {
    expect(factor({ deltaX: 100, shiftKey: true })).toBeCloseTo(factor({ deltaY: 20 }), 12);
  });

  it('counts lines as well as pixels', () => {
    expect(factor({ deltaY: 3, deltaMode: 1 })).toBeCloseTo(factor({ deltaY: 120 }), 12);
  });
});
