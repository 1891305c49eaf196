import { Link, useRouter } from '@tanstack/react-router';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { appWords } from '../app-words.ts';
import { useWords } from '../i18n.ts';

interface FailedScreenProps {
  readonly error: unknown;
  readonly reset: () => void;
}

/** A screen that could not be drawn: said in words, never a blank page. */
export function FailedScreen({ error, reset }: FailedScreenProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return <ErrorPanel error={error} onRetry={retry} />;
}

export function MissingScreen() {
  const t = useWords(appWords);
  return (
    <EmptyState
      icon="search"
      title={t('notFound')}
      actions={<Link to="/slides">{t('backToSlides')}</Link>}
    >
      {t('notFoundNext')}
    </EmptyState>
  );
}
