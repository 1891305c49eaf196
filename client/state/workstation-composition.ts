import { createStore, type StoreApi, useStore } from 'zustand';
import type { SlideId } from '../../shared/ids.ts';

export const LAYOUTS = ['one', 'two', 'four'] as const;
export type WorkstationLayout = (typeof LAYOUTS)[number];

export const PANE_IDS = ['a', 'b', 'c', 'd'] as const;
/** Panes are named by place, not by slide: the same slide may stand in two. */
export type PaneId = (typeof PANE_IDS)[number];

export interface PaneTone {
  readonly brightness: number;
  readonly contrast: number;
  readonly gamma: number;
}

/** What each pane should show; what it does show this frame is asked of its viewer. */
export interface WorkstationComposition {
  readonly layout: WorkstationLayout;
  /** Slide of each pane; null: the pane waits for one. Pane a's is the address's own. */
  readonly slides: Readonly<Record<PaneId, SlideId | null>>;
  readonly active: PaneId;
  readonly isLinked: boolean;
  readonly tones: Readonly<Partial<Record<PaneId, PaneTone>>>;
  readonly isTrayOpen: boolean;
  readonly isPropertiesOpen: boolean;
  readonly isNavigatorShown: boolean;
  readonly isAdjustOpen: boolean;
}

const PANE_COUNT: Readonly<Record<WorkstationLayout, number>> = { one: 1, two: 2, four: 4 };

export function panesOf(layout: WorkstationLayout): readonly PaneId[] {
  return PANE_IDS.slice(0, PANE_COUNT[layout]);
}

export function emptyComposition(slideId: SlideId): WorkstationComposition {
  return {
    layout: 'one',
    slides: { a: slideId, b: null, c: null, d: null },
    active: 'a',
    isLinked: false,
    tones: {},
    isTrayOpen: true,
    isPropertiesOpen: false,
    isNavigatorShown: true,
    isAdjustOpen: false,
  };
}

export function nextLayout(layout: WorkstationLayout): WorkstationLayout {
  return LAYOUTS[(LAYOUTS.indexOf(layout) + 1) % LAYOUTS.length] ?? 'one';
}

/** Panes that appear with a larger layout begin with what the active pane shows. */
export function withLayout(
  now: WorkstationComposition,
  layout: WorkstationLayout,
): WorkstationComposition {
  const shown = panesOf(layout);
  const filler = now.slides[now.active];
  const filled = Object.fromEntries(
    PANE_IDS.map((pane) => [pane, now.slides[pane] ?? (shown.includes(pane) ? filler : null)]),
  ) as Record<PaneId, SlideId | null>; // PANE_IDS names every key
  const active = shown.includes(now.active) ? now.active : 'a';
  return { ...now, layout, slides: filled, active, isLinked: now.isLinked && layout !== 'one' };
}

export function withSlide(
  now: WorkstationComposition,
  pane: PaneId,
  slideId: SlideId,
): WorkstationComposition {
  const { [pane]: _dropped, ...tones } = now.tones;
  return { ...now, slides: { ...now.slides, [pane]: slideId }, tones };
}

/** The pane that "open in the next pane" means: a second one appears when there is only one. */
export function nextPane(now: WorkstationComposition): {
  readonly composition: WorkstationComposition;
  readonly pane: PaneId;
} {
  const composition = now.layout === 'one' ? withLayout(now, 'two') : now;
  const shown = panesOf(composition.layout);
  const pane = shown[(shown.indexOf(composition.active) + 1) % shown.length] ?? 'a';
  return { composition, pane };
}

export type WorkstationStore = StoreApi<WorkstationComposition>;

export function makeWorkstationStore(initial: WorkstationComposition): WorkstationStore {
  return createStore<WorkstationComposition>(() => initial);
}

export function useWorkstation<Value>(
  store: WorkstationStore,
  select: (composition: WorkstationComposition) => Value,
): Value {
  return useStore(store, select);
}
