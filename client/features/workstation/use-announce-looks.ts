import { useEffect } from 'react';
import type { SlideId } from '../../../shared/ids.ts';
import { LIVE_LIMITS, type LiveRoom } from '../../../shared/live/live-wire.ts';
import { liveClient } from '../../api/live/live.ts';
import { PANE_IDS, type PaneId } from '../../state/workstation-composition.ts';
import { useWorkstationContext, type WorkstationContextValue } from './workstation-context.ts';

const roomOf = (slideId: SlideId): LiveRoom => ({ kind: 'slide', slideId });

/** One pane of each slide that is open: the active one where it shows the slide. */
function panesBySlide({
  store,
  runtime,
}: Pick<WorkstationContextValue, 'store' | 'runtime'>): ReadonlyMap<SlideId, PaneId> {
  const { active } = store.getState();
  const panes = new Map<SlideId, PaneId>();
  for (const pane of [...PANE_IDS.filter((one) => one !== active), active]) {
    const slideId = runtime.slideIn(pane);
    if (slideId !== null) panes.set(slideId, pane);
  }
  return panes;
}

/** Tells what is seen here to those who may know, while the page is in sight. */
export function useAnnounceLooks(): void {
  const { store, runtime } = useWorkstationContext();
  useEffect(() => {
    const client = liveClient();
    const joined = new Map<SlideId, () => void>();

    function leave(slideId: SlideId): void {
      client.lookAway(roomOf(slideId));
      joined.get(slideId)?.();
      joined.delete(slideId);
    }

    function tell(): void {
      if (document.visibilityState !== 'visible') return;
      for (const [slideId, pane] of panesBySlide({ store, runtime })) {
        const viewer = runtime.viewer(pane);
        if (viewer === null) continue;
        const { widthPx, heightPx } = viewer.paneSize();
        client.look(roomOf(slideId), { view: viewer.view(), widthPx, heightPx });
      }
    }

    function follow(): void {
      const isSeen = document.visibilityState === 'visible';
      const open = isSeen ? panesBySlide({ store, runtime }) : new Map<SlideId, PaneId>();
      for (const slideId of joined.keys()) if (!open.has(slideId)) leave(slideId);
      for (const slideId of open.keys()) {
        if (joined.size >= LIVE_LIMITS.roomsPerConnection || joined.has(slideId)) continue;
        joined.set(slideId, client.join(roomOf(slideId), {}));
      }
      tell();
    }

    follow();
    const stops = [runtime.onOpen(follow), runtime.onMove(tell), store.subscribe(tell)];
    document.addEventListener('visibilitychange', follow);
    return () => {
      for (const stop of stops) stop();
      document.removeEventListener('visibilitychange', follow);
      for (const slideId of joined.keys()) leave(slideId);
    };
  }, [store, runtime]);
}
