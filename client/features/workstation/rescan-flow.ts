import { type RefObject, useMemo } from 'react';
import type { SlideDetail } from '../../../shared/slide/slide.ts';
import { useMay } from '../../api/session.ts';
import type { HotkeyScope } from '../../app/hotkeys/binding.ts';
import { useHotkeys } from '../../app/hotkeys/hotkeys.ts';
import { bilingual } from '../../app/i18n.ts';
import { beginRescan } from '../../state/workstation-rescan.ts';
import { rescanWords } from './rescan-words.ts';
import { useWorkstationContext, type WorkstationContextValue } from './workstation-context.ts';
import { workstationWords } from './workstation-words.ts';

/** Begins the box on the active pane's slide. */
export function openRescan({ store, runtime, rescan }: WorkstationContextValue): void {
  const { active } = store.getState();
  const viewer = runtime.viewer(active);
  const slideId = runtime.slideIn(active);
  if (viewer === null || slideId === null) return;
  const about = { pane: active, slideId, view: viewer.view() };
  rescan.setState(beginRescan({ newId: () => crypto.randomUUID() }, about), true);
}

/** The server decides again; a share that has ended is only known there. */
export function useMayAskRescan(slide: SlideDetail): boolean {
  const mayAtAll = useMay('rescan.ask');
  return mayAtAll && slide.deletedAt === null;
}

export function useRescanHotkey(root: RefObject<HTMLElement | null>): void {
  const context = useWorkstationContext();
  const mayAsk = useMay('rescan.ask');
  const scope = useMemo(
    (): HotkeyScope => ({
      id: 'viewer',
      label: bilingual(workstationWords, 'viewer'),
      element: () => root.current,
    }),
    [root],
  );
  useHotkeys(
    scope,
    mayAsk
      ? [
          {
            id: 'viewer.rescan',
            label: bilingual(rescanWords, 'rescan'),
            group: bilingual(workstationWords, 'groupPanes'),
            keys: ['Shift+KeyQ'],
            run: () => openRescan(context),
          },
        ]
      : [],
  );
}
