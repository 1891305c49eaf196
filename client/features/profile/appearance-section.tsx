import type { Locale } from '../../../shared/account/account.ts';
import { useChooseLanguage } from '../../app/frame/language-switch.tsx';
import { useLanguage, useWords } from '../../app/i18n.ts';
import { changePreferences, type ThemeChoice, usePreferences } from '../../state/preferences.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { Switch } from '../../ui/switch.tsx';
import { profileWords } from './profile-words.ts';
import { Section } from './section.tsx';

export function AppearanceSection() {
  const t = useWords(profileWords);
  const language = useLanguage();
  const choose = useChooseLanguage();
  const theme = usePreferences((preferences) => preferences.theme);
  return (
    <Section title={t('appearance')} hint={t('themeHint')}>
      <div className="ui-field">
        <span className="ui-label">{t('language')}</span>
        <Segmented<Locale>
          label={t('language')}
          value={language}
          onChange={choose}
          segments={[
            { value: 'zh', text: t('chinese') },
            { value: 'en', text: t('english') },
          ]}
        />
      </div>
      <div className="ui-field">
        <span className="ui-label">{t('theme')}</span>
        <Segmented<ThemeChoice>
          label={t('theme')}
          value={theme}
          onChange={(next) => changePreferences({ theme: next })}
          segments={[
            { value: 'light', text: t('themeLight'), icon: 'brightness' },
            { value: 'dark', text: t('themeDark'), icon: 'moon' },
            { value: 'system', text: t('themeSystem'), icon: 'monitor' },
          ]}
        />
      </div>
    </Section>
  );
}

export function HotkeysSection() {
  const t = useWords(profileWords);
  const singleKeys = usePreferences((preferences) => preferences.singleKeyHotkeys);
  return (
    <Section title={t('hotkeys')} hint={t('hotkeysHint')}>
      <Switch
        isSelected={singleKeys}
        onChange={(singleKeyHotkeys) => changePreferences({ singleKeyHotkeys })}
      >
        {t('singleKeys')}
      </Switch>
    </Section>
  );
}
