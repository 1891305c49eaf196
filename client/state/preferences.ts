import { z } from 'zod';
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import { Locale } from '../../shared/account/account.ts';

const ThemeChoice = z.enum(['system', 'light', 'dark']);
export type ThemeChoice = z.infer<typeof ThemeChoice>;

const Preferences = z.object({
  /** null: not chosen on this computer, so the browser's language counts. */
  language: Locale.nullable(),
  theme: ThemeChoice,
  slidesLayout: z.enum(['grid', 'table']),
  /** Tiles with fewer bytes and less detail, for a slow line. Never on by itself, and said while it is on. */
  lightTiles: z.boolean(),
  /** WCAG 2.1.4: shortcuts of a single character can be switched off. */
  singleKeyHotkeys: z.boolean(),
  /** The reader's own bindings: id of the action → chords ('KeyG', 'Ctrl+Shift+KeyZ'). */
  hotkeys: z.record(z.string(), z.array(z.string())),
});
export type Preferences = z.infer<typeof Preferences>;

const DEFAULTS: Preferences = {
  language: null,
  theme: 'system',
  slidesLayout: 'grid',
  lightTiles: false,
  singleKeyHotkeys: true,
  hotkeys: {},
};

/** What an older or damaged page left behind is never believed: each field counts alone. */
function readStored(stored: unknown): Preferences {
  const fields = z.record(z.string(), z.unknown()).safeParse(stored);
  if (!fields.success) return DEFAULTS;
  const kept = Object.entries(Preferences.shape).flatMap(([name, schema]) => {
    const value = schema.safeParse(fields.data[name]);
    return value.success ? [[name, value.data] as const] : [];
  });
  return Preferences.parse({ ...DEFAULTS, ...Object.fromEntries(kept) });
}

/** What a reader prefers on this computer. Kept in localStorage under 'farscope.preferences'. */
export const usePreferences = create<Preferences>()(
  persist(() => DEFAULTS, {
    name: 'farscope.preferences',
    storage: createJSONStorage(() => localStorage),
    merge: (stored) => readStored(stored),
  }),
);

export function changePreferences(change: Partial<Preferences>): void {
  usePreferences.setState(change);
}
