import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { useWords } from '../../app/i18n.ts';
import type { Tone } from '../../ui/badge.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { StatusDot } from '../../ui/status-dot.tsx';
import { uploadWords } from './upload-words.ts';

export interface RowFrameProps {
  readonly name: string;
  /** For tests and style: which state the row shows. */
  readonly state: string;
  readonly tone: Tone;
  readonly text: string;
  /** Sizes, speed, time left. */
  readonly detail: string;
  /** 0..1, null for no bar. */
  readonly progress: number | null;
  readonly failure: string | null;
  readonly actions: ReactNode;
  /** Below the rest of the line, over its whole width. */
  readonly children?: ReactNode;
  /** The key U, while something of the row has the focus. */
  readonly onUrgent?: (() => void) | null;
}

/** Beside its button: for who goes through the queue with the keyboard. */
function useUrgentKey(row: RefObject<HTMLLIElement | null>, onUrgent: (() => void) | null): void {
  useEffect(() => {
    const element = row.current;
    if (element === null || onUrgent === null) return undefined;
    const press = (event: KeyboardEvent): void => {
      const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
      if (event.key.toLowerCase() === 'u' && isPlain) onUrgent();
    };
    element.addEventListener('keydown', press);
    return () => element.removeEventListener('keydown', press);
  }, [row, onUrgent]);
}

/** One line of the queue: name, state, what can be done, its bar, and why it failed. */
export function RowFrame(props: RowFrameProps) {
  const t = useWords(uploadWords);
  const { name, state, tone, text, detail, progress, failure, actions, children } = props;
  const { onUrgent = null } = props;
  const row = useRef<HTMLLIElement>(null);
  useUrgentKey(row, onUrgent);
  return (
    <li ref={row} className="upload-row" data-state={state}>
      <div className="upload-row-name" title={name}>
        {name}
      </div>
      <div className="upload-row-state">
        <StatusDot tone={tone} text={text} />
        <span className="upload-row-transfer">{detail}</span>
      </div>
      <fieldset className="upload-row-actions" aria-label={t('actionsOf', { name })}>
        {actions}
      </fieldset>
      {progress === null ? null : (
        <ProgressBar
          className="upload-row-bar"
          label={t('stateOf', { name })}
          value={progress}
          isBare
          tone={tone === 'info' ? 'normal' : 'waiting'}
        />
      )}
      {failure === null ? null : (
        <p className="upload-failure" role="alert">
          {failure}
        </p>
      )}
      {children}
    </li>
  );
}
