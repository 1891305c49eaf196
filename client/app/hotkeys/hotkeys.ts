import { useEffect, useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import { changePreferences, usePreferences } from '../../state/preferences.ts';
import type { BoundAction, HotkeyAction, HotkeyScope } from './binding.ts';
import type { Chord } from './chord.ts';
import { makeHotkeyRegistry } from './hotkey-registry.ts';

/**
 * The page's keys. A screen says what its keys do; the `?` overlay lists them and lets the reader change
 * them; the reader's bindings are kept in the preferences.
 *
 *   const SCOPE: HotkeyScope = { id: 'viewer', label: bilingual(viewerWords, 'viewer') };
 *   useHotkeys(SCOPE, [
 *     { id: 'viewer.fit', label: bilingual(viewerWords, 'fit'), keys: ['Digit0'], run: () => fit() },
 *     { id: 'viewer.panLeft', label: …, keys: ['ArrowLeft', 'KeyA'], repeats: true, run: () => pan(-1) },
 *     { id: 'viewer.peek', label: …, keys: ['KeyH'], run: hide, release: show },   // acts while held
 *   ]);
 *
 * Outside React: `const dispose = registerHotkeys(SCOPE, actions)`.
 * Keys are KeyboardEvent.code ('KeyG', 'Shift+Slash', 'Mod+KeyK'; see chord.ts). Nothing runs while an
 * input method composes, in text fields, or in menus, list boxes and dialogs.
 */
export const hotkeys = makeHotkeyRegistry({ isMac: /Mac|iPhone|iPad/.test(navigator.userAgent) });

function configureFromPreferences(): void {
  const { hotkeys: own, singleKeyHotkeys } = usePreferences.getState();
  hotkeys.configure({ own, singleKeys: singleKeyHotkeys });
}
configureFromPreferences();
usePreferences.subscribe((now, before) => {
  const same = now.hotkeys === before.hotkeys && now.singleKeyHotkeys === before.singleKeyHotkeys;
  if (!same) configureFromPreferences();
});

/** Returns the disposer. */
export function registerHotkeys(scope: HotkeyScope, actions: readonly HotkeyAction[]): () => void {
  return hotkeys.register(scope, actions);
}

/**
 * Registers while the component is mounted. The actions' functions may be new on every render: the
 * newest one runs. They are registered anew when the set of ids changes.
 */
export function useHotkeys(scope: HotkeyScope, actions: readonly HotkeyAction[]): void {
  const newest = useRef({ scope, actions });
  useLayoutEffect(() => {
    newest.current = { scope, actions };
  });
  const ids = actions.map((action) => action.id).join(' ');
  useEffect(() => {
    const find = (id: string) => newest.current.actions.find((action) => action.id === id);
    const stable = ids.split(' ').flatMap((id) => {
      const action = find(id);
      if (action === undefined) return [];
      const run = (event: KeyboardEvent) => find(id)?.run(event);
      const release = () => find(id)?.release?.();
      return [{ ...action, run, ...(action.release === undefined ? {} : { release }) }];
    });
    return registerHotkeys(newest.current.scope, stable);
  }, [ids]);
}

export function useBoundActions(): readonly BoundAction[] {
  return useSyncExternalStore(hotkeys.subscribe, hotkeys.snapshot);
}

/** The reader's own binding; null brings the default back. A chord is taken from whoever had it. */
export function changeBinding(actionId: string, chords: readonly Chord[] | null): void {
  const { [actionId]: _dropped, ...others } = usePreferences.getState().hotkeys;
  const kept = Object.entries(others).map(
    ([id, theirs]) => [id, theirs.filter((chord) => chords?.includes(chord) !== true)] as const,
  );
  const own = chords === null ? {} : { [actionId]: [...chords] };
  changePreferences({ hotkeys: { ...Object.fromEntries(kept), ...own } });
}

export function resetAllBindings(): void {
  changePreferences({ hotkeys: {} });
}
