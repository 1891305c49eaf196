import { useMutation } from '@tanstack/react-query';
import { call } from '../../api/call.ts';
import { useAccount, useRememberAccount } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { appWords } from '../app-words.ts';
import { chooseLanguage, type Language, useLanguage, useWords } from '../i18n.ts';

/** Switches at once; the account remembers it for other computers when somebody is signed in. */
export function useChooseLanguage(): (language: Language) => void {
  const account = useAccount();
  const remember = useRememberAccount();
  const save = useMutation({
    mutationFn: (locale: Language) => call('session.setLocale', { body: { locale } }),
    onSuccess: remember,
  });
  return (language) => {
    chooseLanguage(language);
    if (account !== null && account.locale !== language) save.mutate(language);
  };
}

export function LanguageSwitch() {
  const t = useWords(appWords);
  const language = useLanguage();
  const choose = useChooseLanguage();
  return (
    <Button
      look="quiet"
      icon="language"
      aria-label={t('switchLanguage')}
      onPress={() => choose(language === 'zh' ? 'en' : 'zh')}
    >
      {t('otherLanguage')}
    </Button>
  );
}
