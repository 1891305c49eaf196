import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { SlideId } from '../../../shared/ids.ts';
import type { Rescan, RescanAnswer } from '../../../shared/rescan/rescan.ts';
import { callOptions } from '../../api/query.ts';
import { useFormats } from '../../app/formats.ts';
import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { liveWords } from './live-words.ts';
import './live.css';

interface AnswerProps {
  readonly onClose: () => void;
  readonly onSend: (answer: RescanAnswer) => void;
  readonly isPending: boolean;
  /** null: none. */
  readonly error: unknown;
}

interface AnswerDialogProps extends Omit<AnswerProps, 'onSend'> {
  readonly title: string;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}

function AnswerDialog(props: AnswerDialogProps) {
  const t = useWords(liveWords);
  const formId = useId();
  const { title, onClose, onSubmit, isPending, error, children } = props;
  function submit(event: FormEvent): void {
    event.preventDefault();
    onSubmit();
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={title}
      footer={
        <>
          <Button onPress={onClose}>{t('cancel')}</Button>
          <Button type="submit" form={formId} look="primary" isPending={isPending}>
            {t('send')}
          </Button>
        </>
      }
    >
      <form id={formId} className="answer-form" onSubmit={submit} noValidate>
        {children}
        {error === null ? null : <ErrorLine error={error} />}
      </form>
    </Dialog>
  );
}

/** The newest slides of the hospital: the new scan is among them. */
function useReplacements({ slideId, hospitalId }: Rescan) {
  const formats = useFormats();
  const page = useQuery(callOptions('slide.list', { query: { limit: 60 } }));
  const fitting = (page.data?.slides ?? []).filter(
    (slide) => slide.hospitalId === hospitalId && slide.id !== slideId,
  );
  return {
    isKnown: page.data !== undefined,
    options: fitting.map(({ id, name, createdAt }) => ({
      value: id as string,
      text: name,
      hint: formats.dateTime(createdAt),
    })),
  };
}

/** "Done: replaced by …" */
export function DoneDialog({ rescan, onSend, ...rest }: AnswerProps & { readonly rescan: Rescan }) {
  const t = useWords(liveWords);
  const { isKnown, options } = useReplacements(rescan);
  const [chosen, setChosen] = useState<string | null>(null);
  const [isChecked, setIsChecked] = useState(false);
  function submit(): void {
    setIsChecked(true);
    const replacedBy = SlideId.safeParse(chosen);
    if (replacedBy.success) onSend({ kind: 'done', replacedBy: replacedBy.data });
  }
  return (
    <AnswerDialog {...rest} title={t('doneTitle')} onSubmit={submit}>
      <p>{isKnown && options.length === 0 ? t('noReplacement') : t('doneText')}</p>
      <Select
        label={t('replacement')}
        value={chosen}
        onChange={setChosen}
        options={options}
        isDisabled={options.length === 0}
        placeholder={t('replacementMissing')}
        error={isChecked && chosen === null ? t('replacementMissing') : undefined}
      />
    </AnswerDialog>
  );
}

const MAX_WORDS = 500;

/** "Cannot: …" */
export function CannotDialog({ onSend, ...rest }: AnswerProps) {
  const t = useWords(liveWords);
  const [words, setWords] = useState('');
  const [isChecked, setIsChecked] = useState(false);
  function submit(): void {
    setIsChecked(true);
    if (words.trim() !== '') onSend({ kind: 'cannot', words: words.trim() });
  }
  return (
    <AnswerDialog {...rest} title={t('cannotTitle')} onSubmit={submit}>
      <TextField
        label={t('cannotWords')}
        isMultiline
        maxLength={MAX_WORDS}
        value={words}
        onChange={setWords}
        error={isChecked && words.trim() === '' ? t('cannotMissing') : undefined}
      />
    </AnswerDialog>
  );
}
