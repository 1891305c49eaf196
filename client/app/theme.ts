import { type ThemeChoice, usePreferences } from '../state/preferences.ts';

const DARK = '(prefers-color-scheme: dark)';

function resolveTheme(choice: ThemeChoice): 'light' | 'dark' {
  if (choice !== 'system') return choice;
  return matchMedia(DARK).matches ? 'dark' : 'light';
}

/** Keeps the page in the chosen theme, or in the system's. Returns the disposer. */
export function followTheme(): () => void {
  const apply = () => {
    document.documentElement.dataset['theme'] = resolveTheme(usePreferences.getState().theme);
  };
  apply();
  const unsubscribe = usePreferences.subscribe(apply);
  const system = matchMedia(DARK);
  system.addEventListener('change', apply);
  return () => {
    unsubscribe();
    system.removeEventListener('change', apply);
  };
}
