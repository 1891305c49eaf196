import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { keyOf } from '../../api/query.ts';
import { useWorkstationContext } from './workstation-context.ts';

function subscribe(listener: () => void): () => void {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}

/** False only when the browser is sure; true proves nothing. */
export function useIsOnline(): boolean {
  return useSyncExternalStore(subscribe, () => navigator.onLine);
}

/** When the line is back, what failed is asked for again; when a tile found nobody signed in, the app is told. */
export function useReconnect(): void {
  const { runtime } = useWorkstationContext();
  const queries = useQueryClient();
  useEffect(() => {
    function retry(): void {
      for (const viewer of runtime.viewers()) viewer.retryFailed();
    }
    window.addEventListener('online', retry);
    return () => window.removeEventListener('online', retry);
  }, [runtime]);

  useEffect(() => {
    let stops: (() => void)[] = [];
    function check(): void {
      const isUnsigned = runtime.viewers().some((viewer) => viewer.field().isUnsigned);
      if (!isUnsigned) return;
      runtime.prepareToLeave();
      // The call meets the same refusal, and every call's refusal leads to the sign-in page and back here.
      void queries.invalidateQueries({ queryKey: keyOf('slide.get') });
    }
    function listen(): void {
      for (const stop of stops) stop();
      stops = runtime.viewers().map((viewer) => viewer.onField(check));
    }
    listen();
    const stopOpen = runtime.onOpen(listen);
    return () => {
      stopOpen();
      for (const stop of stops) stop();
    };
  }, [runtime, queries]);
}
