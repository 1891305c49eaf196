import { type ScreenPoint, screenPoint } from '../../shared/geometry/spaces.ts';
import { panByScreen, type ViewState, zoomAt } from '../../shared/geometry/view-state.ts';

/** What a gesture moves. A slide viewer is one; linked panes put themselves in between. */
export interface Movable {
  readonly goal: () => ViewState;
  readonly paneSize: () => { readonly widthPx: number; readonly heightPx: number };
  readonly moveTo: (
    view: ViewState,
    how: { readonly jump: boolean; readonly alone: boolean },
  ) => void;
}

interface Options {
  /** A pointer went down: the pane becomes the active one. */
  readonly onTouch: () => void;
  /** The pointer over the slide, or null when it leaves; for the coordinates in the status strip. */
  readonly onPoint: (at: ScreenPoint | null) => void;
}

/** One notch of a wheel (100 to 120 CSS pixels) is a quarter of an octave and a bit, as on other viewers. */
const OCTAVES_PER_WHEEL_PX = 1 / 320;
/** Ctrl + wheel is what browsers report for a pinch on a touch pad, in much smaller steps. */
const PINCH_FACTOR = 6;
const FINE_FACTOR = 0.2;
const WHEEL_LINE_PX = 40;
const WHEEL_PAGE_PX = 400;

function wheelPx(event: WheelEvent): number {
  // Shift turns the wheel sideways on some systems.
  const delta = event.deltaY === 0 ? event.deltaX : event.deltaY;
  if (event.deltaMode === WheelEvent.DOM_DELTA_LINE) return delta * WHEEL_LINE_PX;
  if (event.deltaMode === WheelEvent.DOM_DELTA_PAGE) return delta * WHEEL_PAGE_PX;
  return delta;
}

export function wheelZoomFactor(event: WheelEvent): number {
  const pinch = event.ctrlKey ? PINCH_FACTOR : 1;
  const fine = event.shiftKey ? FINE_FACTOR : 1;
  return 2 ** (wheelPx(event) * OCTAVES_PER_WHEEL_PX * pinch * fine);
}

function pointIn(element: HTMLElement, event: MouseEvent): ScreenPoint {
  const box = element.getBoundingClientRect();
  return screenPoint(event.clientX - box.left, event.clientY - box.top);
}

function middle(a: ScreenPoint, b: ScreenPoint): ScreenPoint {
  return screenPoint((a.x + b.x) / 2, (a.y + b.y) / 2);
}

/** Pointers that are down on the pane, and what moving one of them does. */
class Hands {
  readonly #target: Movable;
  readonly #down = new Map<number, ScreenPoint>();

  constructor(target: Movable) {
    this.#target = target;
  }

  get isEmpty(): boolean {
    return this.#down.size === 0;
  }

  press(id: number, at: ScreenPoint): void {
    this.#down.set(id, at);
  }

  release(id: number): void {
    this.#down.delete(id);
  }

  drag(id: number, to: ScreenPoint, alone: boolean): void {
    const from = this.#down.get(id);
    if (from === undefined) return;
    const other = [...this.#down].find(([key]) => key !== id)?.[1];
    this.#down.set(id, to);
    if (other === undefined) this.#pan(from, to, alone);
    else this.#pinch(from, to, other, alone);
  }

  #pan(from: ScreenPoint, to: ScreenPoint, alone: boolean): void {
    const view = panByScreen(this.#target.goal(), from.x - to.x, from.y - to.y);
    this.#target.moveTo(view, { jump: true, alone });
  }

  /** Two fingers: what was between them stays between them. */
  #pinch(from: ScreenPoint, to: ScreenPoint, other: ScreenPoint, alone: boolean): void {
    const before = Math.hypot(from.x - other.x, from.y - other.y);
    const after = Math.hypot(to.x - other.x, to.y - other.y);
    if (before < 1 || after < 1) return;
    const start = middle(from, other);
    const end = middle(to, other);
    const moved = panByScreen(this.#target.goal(), start.x - end.x, start.y - end.y);
    const scale = (moved.pxPerScreenPx * before) / after;
    const view = zoomAt(moved, this.#target.paneSize(), end, scale);
    this.#target.moveTo(view, { jump: true, alone });
  }
}

/**
 * Mouse, touch and pen on a pane: drag to pan, two fingers to pan and zoom, wheel to zoom at the pointer,
 * double click to come closer. With Alt a linked pane moves alone, which sets its offset.
 * Returns the disposer.
 */
export function listenForGestures(
  element: HTMLElement,
  target: Movable,
  { onTouch, onPoint }: Options,
): () => void {
  const hands = new Hands(target);
  const listening = new AbortController();
  const { signal } = listening;

  function press(event: PointerEvent): void {
    if (event.pointerType === 'mouse' && event.button > 1) return;
    onTouch();
    element.setPointerCapture(event.pointerId);
    hands.press(event.pointerId, pointIn(element, event));
    element.dataset['dragging'] = '';
  }

  function move(event: PointerEvent): void {
    const at = pointIn(element, event);
    hands.drag(event.pointerId, at, event.altKey);
    onPoint(at);
  }

  function release(event: PointerEvent): void {
    hands.release(event.pointerId);
    if (hands.isEmpty) delete element.dataset['dragging'];
  }

  function turnWheel(event: WheelEvent): void {
    event.preventDefault();
    onTouch();
    zoomBy(event, wheelZoomFactor(event));
  }

  function zoomBy(event: MouseEvent, factor: number): void {
    const goal = target.goal();
    const at = pointIn(element, event);
    const view = zoomAt(goal, target.paneSize(), at, goal.pxPerScreenPx * factor);
    target.moveTo(view, { jump: false, alone: event.altKey });
  }

  element.addEventListener('pointerdown', press, { signal });
  element.addEventListener('pointermove', move, { signal });
  element.addEventListener('pointerup', release, { signal });
  element.addEventListener('pointercancel', release, { signal });
  element.addEventListener('pointerleave', () => onPoint(null), { signal });
  element.addEventListener('wheel', turnWheel, { signal, passive: false });
  element.addEventListener('dblclick', (event) => zoomBy(event, 0.5), { signal });
  return () => listening.abort();
}
