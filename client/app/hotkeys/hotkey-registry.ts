import {
  bindActions,
  type BoundAction,
  type HotkeyAction,
  type HotkeyScope,
  type OwnBindings,
  type ScopedAction,
} from './binding.ts';
import { resolveMod } from './chord.ts';

export interface HotkeySettings {
  readonly own: OwnBindings;
  readonly singleKeys: boolean;
}

export interface HotkeyRegistry {
  readonly register: (scope: HotkeyScope, actions: readonly HotkeyAction[]) => () => void;
  readonly configure: (settings: HotkeySettings) => void;
  readonly settings: () => HotkeySettings;
  /** All registered actions with the chords in force; a new array only when something changed. */
  readonly snapshot: () => readonly BoundAction[];
  readonly subscribe: (listener: () => void) => () => void;
}

interface Needs {
  readonly isMac: boolean;
}

function resolveDefaults(
  scope: HotkeyScope,
  actions: readonly HotkeyAction[],
  isMac: boolean,
): readonly ScopedAction[] {
  return actions.map((action) => ({
    scope,
    action: { ...action, keys: action.keys.map((chord) => resolveMod(chord, isMac)) },
  }));
}

/** Who wants which keys, without React and without the DOM. One per page; see hotkeys.ts for the use. */
export function makeHotkeyRegistry({ isMac }: Needs): HotkeyRegistry {
  let items: readonly ScopedAction[] = [];
  let settings: HotkeySettings = { own: {}, singleKeys: true };
  let bound: readonly BoundAction[] = [];
  const listeners = new Set<() => void>();

  function rebind(): void {
    bound = bindActions(items, settings.own);
    for (const listener of listeners) listener();
  }

  return {
    register: (scope, actions) => {
      const added = resolveDefaults(scope, actions, isMac);
      items = [...items, ...added];
      rebind();
      return () => {
        items = items.filter((item) => !added.includes(item));
        rebind();
      };
    },
    configure: (next) => {
      settings = next;
      rebind();
    },
    settings: () => settings,
    snapshot: () => bound,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
