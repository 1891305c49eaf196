import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { changePreferences } from '../../state/preferences.ts';
import { appWords } from '../app-words.ts';
import type { HotkeyScope } from '../hotkeys/binding.ts';
import { listenForHotkeys } from '../hotkeys/hotkey-listener.ts';
import { hotkeys, useHotkeys } from '../hotkeys/hotkeys.ts';
import { bilingual } from '../i18n.ts';

const APP: HotkeyScope = { id: 'app', label: bilingual(appWords, 'app') };

function toggleTheme(): void {
  const isDark = document.documentElement.dataset['theme'] === 'dark';
  changePreferences({ theme: isDark ? 'light' : 'dark' });
}

/** Keys that mean the same on every screen. Most have no default: a reader may give them one. */
export function useAppHotkeys({ showHotkeys }: { readonly showHotkeys: () => void }): void {
  const navigate = useNavigate();
  useEffect(() => listenForHotkeys(hotkeys, window), []);
  const go = (to: '/slides' | '/upload' | '/profile') => () => void navigate({ to });
  useHotkeys(APP, [
    {
      id: 'app.hotkeys',
      label: bilingual(appWords, 'showHotkeys'),
      keys: ['Shift+Slash'],
      run: showHotkeys,
    },
    {
      id: 'app.slides',
      label: bilingual(appWords, 'goToSlides'),
      keys: ['Alt+Shift+KeyS'],
      run: go('/slides'),
    },
    { id: 'app.upload', label: bilingual(appWords, 'goToUpload'), keys: [], run: go('/upload') },
    { id: 'app.profile', label: bilingual(appWords, 'goToProfile'), keys: [], run: go('/profile') },
    {
      id: 'app.theme',
      label: bilingual(appWords, 'toggleTheme'),
      keys: ['Alt+Shift+KeyD'],
      run: toggleTheme,
    },
  ]);
}
