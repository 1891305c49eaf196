import { useLanguage, useWords } from '../../app/i18n.ts';
import { liveWords } from './live-words.ts';

interface Named {
  readonly displayName: string;
  readonly hospitalNameZh: string;
  readonly hospitalNameEn: string;
}

/** "Name (hospital)", in the language of the page. */
export function usePersonWords(): (person: Named) => string {
  const t = useWords(liveWords);
  const language = useLanguage();
  return ({ displayName, hospitalNameZh, hospitalNameEn }) =>
    t('person', {
      name: displayName,
      hospital: language === 'zh' ? hospitalNameZh : hospitalNameEn,
    });
}
