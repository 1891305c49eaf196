import { useEffect } from 'react';
import { appWords } from '../app-words.ts';
import { useWords } from '../i18n.ts';

/** The name of the screen in the browser's tab. Never a slide's name: tabs are seen by passers-by. */
export function useTitle(
  screen:
    | 'slides'
    | 'viewer'
    | 'upload'
    | 'accounts'
    | 'hospitals'
    | 'profile'
    | 'signIn'
    | 'firstPassword',
): void {
  const t = useWords(appWords);
  const title = `${t(screen)} · ${t('product')}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}
