import { type FormEvent, useId, useState } from 'react';
import { RESCAN_REASONS, type NewRescan } from '../../../shared/rescan/rescan.ts';
import type { Mpp } from '../../../shared/slide/slide.ts';
import { useFormats } from '../../app/formats.ts';
import { useWords } from '../../app/i18n.ts';
import { rescanReasonWords } from '../../app/rescan-reason-words.ts';
import { type RescanDraft, useRescanDrawing } from '../../state/workstation-rescan.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast.tsx';
import { rescanWords } from './rescan-words.ts';
import './rescan.css';
import { useAskRescan } from './use-rescans.ts';
import { mppInForce, useSlide } from './use-slide.ts';
import { useWorkstationContext } from './workstation-context.ts';

const MAX_WORDS = 500;

/** Why the box was drawn; sent to the hospital that uploaded the slide. */
export function RescanDialog() {
  const { rescan } = useWorkstationContext();
  const state = useRescanDrawing(rescan);
  return state.kind === 'form' ? <OpenDialog draft={state.draft} /> : null;
}

/** What is missing, or the request. */
function readDraft(draft: RescanDraft): NewRescan | 'reason' | 'words' {
  const { id, box, reason, view } = draft;
  const words = draft.words.trim();
  if (reason === null) return 'reason';
  if (reason === 'other' && words === '') return 'words';
  return { id, box, reason, view, words: words === '' ? null : words };
}

function useDraft(draft: RescanDraft) {
  const { rescan } = useWorkstationContext();
  return {
    change: (part: Partial<RescanDraft>) =>
      rescan.setState({ kind: 'form', draft: { ...draft, ...part } }, true),
    drawAgain: () => rescan.setState({ kind: 'drawing', draft, from: null }, true),
    close: () => rescan.setState({ kind: 'closed' }, true),
  };
}

function OpenDialog({ draft }: { readonly draft: RescanDraft }) {
  const t = useWords(rescanWords);
  const sayReason = useWords(rescanReasonWords);
  const formId = useId();
  const { change, close, drawAgain } = useDraft(draft);
  const [isChecked, setIsChecked] = useState(false);
  const ask = useAskRescan(draft.slideId);
  const read = readDraft(draft);

  function submit(event: FormEvent): void {
    event.preventDefault();
    setIsChecked(true);
    if (typeof read === 'string') return;
    ask.mutate(read, {
      onSuccess: () => {
        showToast({ title: t('sent') });
        close();
      },
    });
  }

  return (
    <Dialog
      isOpen
      onClose={close}
      title={t('formTitle')}
      footer={
        <>
          <Button onPress={close}>{t('cancel')}</Button>
          <Button type="submit" form={formId} look="primary" isPending={ask.isPending}>
            {t('send')}
          </Button>
        </>
      }
    >
      <form id={formId} className="rescan-form" onSubmit={submit} noValidate>
        <Where draft={draft} onWhole={() => change({ box: null })} onDraw={drawAgain} />
        <Select
          label={t('formReason')}
          value={draft.reason}
          onChange={(reason) => change({ reason })}
          options={RESCAN_REASONS.map((value) => ({ value, text: sayReason(value) }))}
          placeholder={t('reasonMissing')}
          error={isChecked && read === 'reason' ? t('reasonMissing') : undefined}
        />
        <TextField
          label={t('formWords')}
          hint={t('wordsHint')}
          isMultiline
          maxLength={MAX_WORDS}
          value={draft.words}
          onChange={(words) => change({ words })}
          error={isChecked && read === 'words' ? t('wordsMissing') : undefined}
        />
        {ask.isError ? <ErrorLine error={ask.error} /> : null}
      </form>
    </Dialog>
  );
}

interface WhereProps {
  readonly draft: RescanDraft;
  readonly onWhole: () => void;
  readonly onDraw: () => void;
}

function useBoxWords({ box, slideId }: RescanDraft): string {
  const t = useWords(rescanWords);
  const formats = useFormats();
  const slide = useSlide(slideId).data;
  const mpp: Mpp | null = slide === undefined ? null : mppInForce(slide.calibration);
  if (box === null) return t('wholeSlide');
  const [x, y] = [formats.number(Math.round(box.x)), formats.number(Math.round(box.y))];
  const mean = mpp === null ? 1 : (mpp.x + mpp.y) / 2;
  const width = formats.number(Math.round(box.widthPx * mean));
  const height = formats.number(Math.round(box.heightPx * mean));
  return t(mpp === null ? 'boxPixels' : 'boxMicrons', { width, height, x, y });
}

function Where({ draft, onWhole, onDraw }: WhereProps) {
  const t = useWords(rescanWords);
  const words = useBoxWords(draft);
  return (
    <div className="rescan-where">
      <p>
        <span>{t('formWhere')}</span> {words}
      </p>
      <Button size="small" onPress={onDraw}>
        {t('drawAgain')}
      </Button>
      {draft.box === null ? null : (
        <Button size="small" look="quiet" onPress={onWhole}>
          {t('useWhole')}
        </Button>
      )}
    </div>
  );
}
