import { Spinner } from '../../ui/spinner.tsx';
import { appWords } from '../app-words.ts';
import { useWords } from '../i18n.ts';
import './frame.css';

/** Seen only when it takes longer than a blink (the style sheet delays it by 300 ms). */
export function Loading() {
  const t = useWords(appWords);
  return (
    <output className="frame-loading">
      <Spinner />
      {t('loading')}
    </output>
  );
}
