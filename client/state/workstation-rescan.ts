import { createStore, type StoreApi, useStore } from 'zustand';
import { boxBetween } from '../../shared/geometry/box-corners.ts';
import type { SlideBox } from '../../shared/geometry/slide-box.ts';
import type { SlidePoint } from '../../shared/geometry/spaces.ts';
import type { ViewState } from '../../shared/geometry/view-state.ts';
import { RescanId, type SlideId } from '../../shared/ids.ts';
import type { RescanReason } from '../../shared/rescan/rescan.ts';
import type { PaneId } from './workstation-composition.ts';

/** A request that is not sent yet; kept while the box is drawn again. */
export interface RescanDraft {
  /** Made once, so that a request sent twice is made once. */
  readonly id: RescanId;
  readonly pane: PaneId;
  readonly slideId: SlideId;
  /** null: the whole slide. */
  readonly box: SlideBox | null;
  readonly reason: RescanReason | null;
  readonly words: string;
  /** What was seen when the box was drawn. */
  readonly view: ViewState;
}

export type RescanDrawing =
  | { readonly kind: 'closed' }
  | {
      readonly kind: 'drawing';
      readonly draft: RescanDraft;
      /** The first corner, once it is marked. */
      readonly from: SlidePoint | null;
    }
  | { readonly kind: 'form'; readonly draft: RescanDraft };

export type RescanDrawingStore = StoreApi<RescanDrawing>;

export function makeRescanDrawingStore(): RescanDrawingStore {
  return createStore<RescanDrawing>(() => ({ kind: 'closed' }));
}

export function useRescanDrawing(store: RescanDrawingStore): RescanDrawing {
  return useStore(store);
}

export function beginRescan(
  needs: { readonly newId: () => string },
  about: Pick<RescanDraft, 'pane' | 'slideId' | 'view'>,
): RescanDrawing {
  const id = RescanId.parse(needs.newId());
  const draft: RescanDraft = { ...about, id, box: null, reason: null, words: '' };
  return { kind: 'drawing', draft, from: null };
}

/** Marks a corner; the opposite one makes the box. Two marks without an area between them are one. */
export function markCorner(now: RescanDrawing, at: SlidePoint, view: ViewState): RescanDrawing {
  if (now.kind !== 'drawing') return now;
  if (now.from === null) return { ...now, from: at };
  const box = boxBetween(now.from, at, view.rotation);
  return box === null ? now : { kind: 'form', draft: { ...now.draft, box, view } };
}
