import { createStore, type StoreApi, useStore } from 'zustand';
import type { SlidePoint } from '../../shared/geometry/spaces.ts';
import type { SlideId } from '../../shared/ids.ts';
import type { PaneId } from './workstation-composition.ts';

/** A line drawn over something of known length. */
export interface KnownLine {
  readonly from: SlidePoint;
  readonly to: SlidePoint;
}

/** What a person is about to say about the scale of a slide; kept while the line is drawn on it. */
export interface CalibrationDraft {
  readonly pane: PaneId;
  readonly slideId: SlideId;
  readonly method: 'number' | 'line';
  readonly mppText: string;
  readonly lengthText: string;
  readonly reason: string;
  readonly line: KnownLine | null;
}

export type CalibrationState =
  | { readonly kind: 'closed' }
  | { readonly kind: 'form'; readonly draft: CalibrationDraft }
  | {
      readonly kind: 'drawing';
      readonly draft: CalibrationDraft;
      /** The first end, once it is marked. */
      readonly from: SlidePoint | null;
    };

export type CalibrationStore = StoreApi<CalibrationState>;

export function makeCalibrationStore(): CalibrationStore {
  return createStore<CalibrationState>(() => ({ kind: 'closed' }));
}

export function useCalibration(store: CalibrationStore): CalibrationState {
  return useStore(store);
}

export function beginCalibration(pane: PaneId, slideId: SlideId): CalibrationState {
  const draft: CalibrationDraft = {
    pane,
    slideId,
    method: 'number',
    mppText: '',
    lengthText: '',
    reason: '',
    line: null,
  };
  return { kind: 'form', draft };
}

/** Marks an end of the line; the second one leads back to the form. */
export function markEnd(state: CalibrationState, at: SlidePoint): CalibrationState {
  if (state.kind !== 'drawing') return state;
  if (state.from === null) return { ...state, from: at };
  return { kind: 'form', draft: { ...state.draft, line: { from: state.from, to: at } } };
}
