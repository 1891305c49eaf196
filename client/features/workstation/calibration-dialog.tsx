import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  distancePx,
  isPlausibleMpp,
  mppFromLine,
} from '../../../shared/geometry/calibration-line.ts';
import { meanMpp } from '../../../shared/geometry/magnification.ts';
import { microns } from '../../../shared/geometry/spaces.ts';
import type { Mpp } from '../../../shared/slide/slide.ts';
import { call } from '../../api/call.ts';
import { callOptions, keyOf } from '../../api/query.ts';
import { useFormats } from '../../app/formats.ts';
import { useWords } from '../../app/i18n.ts';
import { type CalibrationDraft, useCalibration } from '../../state/workstation-calibration.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast.tsx';
import './calibration.css';
import { CalibrationHistory } from './calibration-history.tsx';
import { slideDetailsWords } from './slide-details-words.ts';
import { useWorkstationContext } from './workstation-context.ts';

/** Digits as people type them: full-width ones and a decimal comma too. */
function readNumber(text: string): number {
  const plain = text.normalize('NFKC').trim().replace(',', '.');
  return plain === '' ? Number.NaN : Number(plain);
}

function mppOf(draft: CalibrationDraft): Mpp | null {
  if (draft.method === 'number') {
    const mpp = readNumber(draft.mppText);
    return mpp > 0 && Number.isFinite(mpp) ? { x: mpp, y: mpp } : null;
  }
  const length = readNumber(draft.lengthText);
  if (draft.line === null || !Number.isFinite(length)) return null;
  return mppFromLine(draft.line.from, draft.line.to, microns(length));
}

/** Sets the scale of a slide, by a person and with a reason. */
export function CalibrationDialog() {
  const { calibration } = useWorkstationContext();
  const state = useCalibration(calibration);
  if (state.kind !== 'form') return null;
  return <CalibrationForm draft={state.draft} />;
}

function useSaveCalibration(draft: CalibrationDraft, onSaved: () => void) {
  const t = useWords(slideDetailsWords);
  const queries = useQueryClient();
  const { slideId, reason } = draft;
  return useMutation({
    mutationFn: (mpp: Mpp) =>
      call('slide.calibrate', { params: { slideId }, body: { mpp, reason: reason.trim() } }),
    onSuccess: (slide) => {
      queries.setQueryData(callOptions('slide.get', { params: { slideId } }).queryKey, slide);
      void queries.invalidateQueries({ queryKey: keyOf('slide.calibrations') });
      void queries.invalidateQueries({ queryKey: keyOf('slide.list') });
      showToast({ tone: 'success', title: t('saved') });
      onSaved();
    },
  });
}

function CalibrationForm({ draft }: { readonly draft: CalibrationDraft }) {
  const t = useWords(slideDetailsWords);
  const { calibration } = useWorkstationContext();
  const [isAsked, setIsAsked] = useState(false);
  const close = () => calibration.setState({ kind: 'closed' }, true);
  const slide = useQuery(callOptions('slide.get', { params: { slideId: draft.slideId } })).data;
  const save = useSaveCalibration(draft, close);
  const mpp = mppOf(draft);

  function submit(): void {
    setIsAsked(true);
    if (mpp !== null && draft.reason.trim().length >= 3) save.mutate(mpp);
  }

  const footer = (
    <>
      <Button onPress={close}>{t('cancel')}</Button>
      <Button look="primary" isPending={save.isPending} onPress={submit}>
        {t('save')}
      </Button>
    </>
  );
  return (
    <Dialog
      isOpen
      onClose={close}
      title={t('calibrationTitle', { name: slide?.name ?? '' })}
      footer={footer}
    >
      <div className="calibration-form">
        <CalibrationFields draft={draft} mpp={mpp} isAsked={isAsked} />
        {save.isError ? <ErrorLine error={save.error} /> : null}
        <CalibrationHistory slideId={draft.slideId} />
      </div>
    </Dialog>
  );
}

interface FieldsProps {
  readonly draft: CalibrationDraft;
  readonly mpp: Mpp | null;
  /** Save was pressed once: from now on what is missing is said. */
  readonly isAsked: boolean;
}

function useChangeDraft(draft: CalibrationDraft): (next: Partial<CalibrationDraft>) => void {
  const { calibration } = useWorkstationContext();
  return (next) => calibration.setState({ kind: 'form', draft: { ...draft, ...next } }, true);
}

function CalibrationFields({ draft, mpp, isAsked }: FieldsProps) {
  const t = useWords(slideDetailsWords);
  const change = useChangeDraft(draft);
  return (
    <>
      <Segmented
        label={t('calibration')}
        value={draft.method}
        onChange={(method) => change({ method })}
        segments={[
          { value: 'number', text: t('byNumber') },
          { value: 'line', text: t('byLine') },
        ]}
      />
      {draft.method === 'number' ? (
        <TextField
          label={t('mppField')}
          hint={t('mppHint')}
          inputMode="decimal"
          value={draft.mppText}
          onChange={(mppText) => change({ mppText })}
          error={isAsked && mpp === null ? t('numberWrong') : undefined}
        />
      ) : (
        <LineFields draft={draft} mpp={mpp} isAsked={isAsked} />
      )}
      {mpp !== null && !isPlausibleMpp(meanMpp(mpp)) ? (
        <Notice tone="warning">{t('implausible')}</Notice>
      ) : null}
      <TextField
        label={t('reason')}
        hint={t('reasonHint')}
        maxLength={500}
        value={draft.reason}
        onChange={(reason) => change({ reason })}
        error={isAsked && draft.reason.trim().length < 3 ? t('reasonShort') : undefined}
      />
    </>
  );
}

function LineFields({ draft, mpp, isAsked }: FieldsProps) {
  const change = useChangeDraft(draft);
  const t = useWords(slideDetailsWords);
  const formats = useFormats();
  const { calibration } = useWorkstationContext();
  const { line } = draft;
  const draw = () => calibration.setState({ kind: 'drawing', draft, from: null }, true);
  const px = line === null ? null : formats.number(distancePx(line.from, line.to), 1);
  const drawn =
    px === null
      ? t('lineNone')
      : t('lineDrawn', { px, mpp: mpp === null ? '–' : formats.number(meanMpp(mpp), 4) });
  return (
    <>
      <p className="calibration-drawn">{drawn}</p>
      <Button icon="ruler" onPress={draw}>
        {line === null ? t('drawLine') : t('drawAgain')}
      </Button>
      <TextField
        label={t('lineField')}
        inputMode="decimal"
        value={draft.lengthText}
        onChange={(lengthText) => change({ lengthText })}
        error={isAsked && mpp === null ? t('numberWrong') : undefined}
      />
    </>
  );
}
