import { type RefObject, useCallback, useSyncExternalStore } from 'react';

export interface FullScreen {
  readonly isOn: boolean;
  readonly toggle: () => void;
}

function subscribe(listener: () => void): () => void {
  document.addEventListener('fullscreenchange', listener);
  return () => document.removeEventListener('fullscreenchange', listener);
}

/** The whole workstation over the whole screen; Escape is the browser's own way back. */
export function useFullScreen(root: RefObject<HTMLElement | null>): FullScreen {
  const isOn = useSyncExternalStore(subscribe, () => document.fullscreenElement !== null);
  const toggle = useCallback(() => {
    if (document.fullscreenElement === null) void root.current?.requestFullscreen();
    else void document.exitFullscreen();
  }, [root]);
  return { isOn, toggle };
}
