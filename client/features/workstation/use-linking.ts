import { useCallback, useEffect } from 'react';
import { useWords } from '../../app/i18n.ts';
import { useComposition, useWorkstationContext } from './workstation-context.ts';
import { workstationWords } from './workstation-words.ts';

export interface Linking {
  readonly isLinked: boolean;
  /** Locks the panes as they stand, or frees them. */
  readonly toggle: () => void;
  /** Takes how they stand now as their new offset. */
  readonly alignHere: () => void;
}

/** Panes that move together. The composition says whether; the runtime does it. */
export function useLinking(): Linking {
  const t = useWords(workstationWords);
  const { store, runtime, announce } = useWorkstationContext();
  const isLinked = useComposition((now) => now.isLinked);
  const toggle = useCallback(() => {
    const now = store.getState();
    if (now.layout === 'one') return;
    if (!now.isLinked) runtime.links.lock(now.active);
    store.setState({ isLinked: !now.isLinked });
    announce(now.isLinked ? t('unlinkedSaid') : t('linkedSaid'));
  }, [store, runtime, announce, t]);
  const alignHere = useCallback(() => {
    if (store.getState().isLinked) runtime.links.lock(null);
  }, [store, runtime]);
  return { isLinked, toggle, alignHere };
}

/** Follows the composition also where nobody pressed the button: an address, a layout. */
export function useLinkedRuntime(): void {
  const { runtime } = useWorkstationContext();
  const isLinked = useComposition((now) => now.isLinked);
  useEffect(() => {
    if (!isLinked) runtime.links.unlock();
    // Offsets come from the views in the address, so nothing is brought to the same magnification here.
    else if (!runtime.links.isLocked) runtime.links.lock(null);
  }, [runtime, isLinked]);
}
