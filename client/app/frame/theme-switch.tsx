import { changePreferences, type ThemeChoice, usePreferences } from '../../state/preferences.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import type { IconName } from '../../ui/icons/icon-paths.ts';
import { Menu } from '../../ui/menu.tsx';
import { appWords } from '../app-words.ts';
import { useWords } from '../i18n.ts';

const ICONS: Readonly<Record<ThemeChoice, IconName>> = {
  system: 'monitor',
  light: 'brightness',
  dark: 'moon',
};

export function ThemeSwitch() {
  const t = useWords(appWords);
  const chosen = usePreferences((preferences) => preferences.theme);
  const texts = { system: t('themeSystem'), light: t('themeLight'), dark: t('themeDark') };
  const choices: readonly ThemeChoice[] = ['light', 'dark', 'system'];
  return (
    <Menu
      label={t('theme')}
      trigger={<IconButton icon={ICONS[chosen]} label={t('theme')} hint={texts[chosen]} />}
      entries={choices.map((theme) => ({
        kind: 'action',
        id: theme,
        text: texts[theme],
        icon: ICONS[theme],
        ...(theme === chosen ? { hint: '✓' } : {}),
        onAction: () => changePreferences({ theme }),
      }))}
    />
  );
}
