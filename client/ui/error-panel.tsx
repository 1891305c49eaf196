import { useLanguage, useWords } from '../app/i18n.ts';
import { AppError, describeError, type ReaderSentence } from '../../shared/errors/app-error.ts';
import { Button } from './button.tsx';
import { Icon } from './icons/icon.tsx';
import './state-panel.css';
import { uiWords } from './ui-words.ts';

export interface ErrorPanelProps {
  readonly error: unknown;
  /** Shows a button to try again. */
  readonly onRetry?: (() => void) | undefined;
}

function requestIdOf(error: unknown): string | null {
  if (!(error instanceof AppError) || !('requestId' in error)) return null;
  return typeof error.requestId === 'string' ? error.requestId : null;
}

/** What happened and what to do next, in the reader's language. What has no name is a failed screen. */
export function useErrorSentence(error: unknown): ReaderSentence {
  const language = useLanguage();
  return error instanceof AppError
    ? describeError(error.code, error.fields, language)
    : describeError('screen.failed', {}, language);
}

function RequestNumber({ error }: { readonly error: unknown }) {
  const t = useWords(uiWords);
  const id = requestIdOf(error);
  if (id === null) return null;
  return <p className="ui-error-request">{t('requestNumber', { id })}</p>;
}

/** In the place of what could not be shown. */
export function ErrorPanel({ error, onRetry }: ErrorPanelProps) {
  const t = useWords(uiWords);
  const { what, next } = useErrorSentence(error);
  return (
    <div className="ui-error" role="alert">
      <span className="ui-empty-mark">
        <Icon name="error" size={26} />
      </span>
      <h2>{what}</h2>
      <p className="ui-error-next">{next}</p>
      <RequestNumber error={error} />
      {onRetry === undefined ? null : (
        <div className="ui-empty-actions">
          <Button icon="refresh" onPress={onRetry}>
            {t('retry')}
          </Button>
        </div>
      )}
    </div>
  );
}

/** Above a form or a list that stays in sight. */
export function ErrorLine({ error, onRetry }: ErrorPanelProps) {
  const t = useWords(uiWords);
  const { what, next } = useErrorSentence(error);
  return (
    <div className="ui-error-line" role="alert">
      <Icon name="error" />
      <div>
        <strong>{what}</strong> {next}
        <RequestNumber error={error} />
      </div>
      {onRetry === undefined ? null : (
        <Button size="small" onPress={onRetry}>
          {t('retry')}
        </Button>
      )}
    </div>
  );
}
