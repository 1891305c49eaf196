import { useCallback, useSyncExternalStore } from 'react';
import type { ViewState } from '../../../shared/geometry/view-state.ts';
import type { PaneId } from '../../state/workstation-composition.ts';
import type { FieldReport, SlideViewer } from '../../viewer/slide-viewer.ts';
import { useWorkstationContext } from './workstation-context.ts';

/** Numbers beside a moving picture need not change in every frame. */
const VIEW_UPDATE_MS = 80;

/** The viewer of a pane while one is open. */
export function usePaneViewer(pane: PaneId): SlideViewer | null {
  const { runtime } = useWorkstationContext();
  const subscribe = useCallback((listener: () => void) => runtime.onOpen(listener), [runtime]);
  return useSyncExternalStore(subscribe, () => runtime.viewer(pane));
}

const nothing = () => () => undefined;

/** Tells at most every VIEW_UPDATE_MS, and once after the last movement. */
function subscribeCalmly(viewer: SlideViewer, listener: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const stop = viewer.onMove(() => {
    timer ??= setTimeout(() => {
      timer = null;
      listener();
    }, VIEW_UPDATE_MS);
  });
  return () => {
    stop();
    if (timer !== null) clearTimeout(timer);
  };
}

/** What a viewer shows, asked of it, a few times a second while it moves. */
export function useView(viewer: SlideViewer | null): ViewState | null {
  const subscribe = useCallback(
    (listener: () => void) => (viewer === null ? nothing() : subscribeCalmly(viewer, listener)),
    [viewer],
  );
  return useSyncExternalStore(subscribe, () => viewer?.view() ?? null);
}

export function useField(viewer: SlideViewer | null): FieldReport | null {
  const subscribe = useCallback(
    (listener: () => void) => (viewer === null ? nothing() : viewer.onField(listener)),
    [viewer],
  );
  return useSyncExternalStore(subscribe, () => viewer?.field() ?? null);
}
