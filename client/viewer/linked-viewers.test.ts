import { describe, expect, it } from 'vitest';
import { panByScreen, type ViewState } from '../../shared/geometry/view-state.ts';
import { LinkedViewers, type LinkedPane } from './linked-viewers.ts';
import type { MoveOrigin } from './slide-viewer.ts';

/** A pane without a picture: it stands where it was put. */
class BarePane implements LinkedPane {
  #view: ViewState;
  readonly #listeners = new Set<(origin: MoveOrigin) => void>();

  constructor(x: number, pxPerScreenPx: number) {
    this.#view = { x, y: 0, pxPerScreenPx, rotation: 0, flip: false };
  }

  readonly view = () => this.#view;
  readonly goal = () => this.#view;
  readonly moveTo = (view: ViewState, { origin }: { readonly origin: MoveOrigin }) => {
    this.#view = view;
    for (const listener of this.#listeners) listener(origin);
  };
  readonly onMove = (listener: (origin: MoveOrigin) => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

function makePanes() {
  const links = new LinkedViewers();
  const panes = { a: new BarePane(0, 4), b: new BarePane(1000, 2), c: new BarePane(5000, 4) };
  links.add('a', panes.a, () => 0.25);
  links.add('b', panes.b, () => 0.5);
  const removeC = links.add('c', panes.c, () => null);
  return { links, ...panes, removeC };
}

const right = (pane: LinkedPane) =>
  pane.moveTo(panByScreen(pane.goal(), 10, 0), { origin: 'reader', jump: true });

describe('linked panes', () => {
  it('move alone until they are locked', () => {
    const { a, b } = makePanes();
    right(a);
    expect([a.view().x, b.view().x]).toEqual([40, 1000]);
  });

  it('follow whichever the reader moves, each in its own pixels', () => {
    const { links, a, b, c } = makePanes();
    links.lock(null);
    right(a);
    expect([a.view().x, b.view().x, c.view().x]).toEqual([40, 1020, 5040]);
    right(b);
    expect([a.view().x, b.view().x, c.view().x]).toEqual([80, 1040, 5080]);
  });

  it('are brought to the same magnification when they are locked, where it is known', () => {
    const { links, a, b, c } = makePanes();
    a.moveTo({ ...a.goal(), pxPerScreenPx: 8 }, { origin: 'reader' });
    links.lock('a');
    expect(b.view().pxPerScreenPx).toBe(4); // 2 µm per screen pixel, like a
    expect(c.view().pxPerScreenPx).toBe(4); // nobody knows its scale
  });

  it('take a new offset when one is moved alone', () => {
    const { links, a, b } = makePanes();
    links.lock(null);
    links.moveAlone('b', { ...b.goal(), x: 2000 }, true);
    expect(a.view().x).toBe(0);
    right(a);
    expect([a.view().x, b.view().x]).toEqual([40, 2020]);
  });

  it('are free again after unlocking, and forget a pane that was closed', () => {
    const { links, a, b, c, removeC } = makePanes();
    links.lock(null);
    removeC();
    right(a);
    expect(c.view().x).toBe(5000);
    links.unlock();
    right(a);
    expect(b.view().x).toBe(1020);
  });

  it('let a pane that opens later join where it stands', () => {
    const { links, a } = makePanes();
    links.lock(null);
    const late = new BarePane(7, 1);
    links.add('d', late, () => null);
    right(a);
    expect(late.view().x).toBeCloseTo(17, 9);
  });
});
