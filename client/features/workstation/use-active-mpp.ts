import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';
import type { SlideId } from '../../../shared/ids.ts';
import type { Mpp } from '../../../shared/slide/slide.ts';
import { callOptions } from '../../api/query.ts';
import { mppInForce } from './use-slide.ts';
import { useComposition, useWorkstationContext } from './workstation-context.ts';

/** Reads what is known of a slide without asking the server for it. */
export function useKnownMpp(): (slideId: SlideId | null) => Mpp | null {
  const queries = useQueryClient();
  return useCallback(
    (slideId) => {
      if (slideId === null) return null;
      const options = callOptions('slide.get', { params: { slideId } });
      const slide = queries.getQueryData(options.queryKey);
      return slide === undefined ? null : mppInForce(slide.calibration);
    },
    [queries],
  );
}

/** The mpp in force of the slide in the active pane. */
export function useActiveMpp(): Mpp | null {
  const queries = useQueryClient();
  const slideId = useComposition((now) => now.slides[now.active]);
  const known = useKnownMpp();
  const subscribe = useCallback(
    (listener: () => void) => queries.getQueryCache().subscribe(listener),
    [queries],
  );
  return useSyncExternalStore(subscribe, () => known(slideId));
}

/** The mpp in force of the active slide, at the moment of asking: for keys. */
export function useReadActiveMpp(): () => Mpp | null {
  const { store } = useWorkstationContext();
  const known = useKnownMpp();
  return useCallback(() => {
    const now = store.getState();
    return known(now.slides[now.active]);
  }, [store, known]);
}
