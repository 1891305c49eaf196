import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SlideDetail, SlideStatus } from '../../../shared/slide/slide.ts';
import { AppError, isErrorCode } from '../../../shared/errors/app-error.ts';
import { call } from '../../api/call.ts';
import { callOptions } from '../../api/query.ts';
import { useMay } from '../../api/session.ts';
import { useFormats } from '../../app/formats.ts';
import { useWords } from '../../app/i18n.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { workstationWords } from './workstation-words.ts';

interface SlideNotReadyProps {
  readonly slide: SlideDetail;
}

/** Why a slide cannot be looked at yet, or at all, and what happens next. */
export function SlideNotReady({ slide }: SlideNotReadyProps) {
  const t = useWords(workstationWords);
  const formats = useFormats();
  const { status } = slide;
  switch (status.kind) {
    case 'arriving':
      return (
        <EmptyState icon="upload" title={t('arriving')}>
          {t('arrivingNext')}
          <ProgressBar label={t('arriving')} value={status.received} isBare />
          {formats.percent(status.received)}
        </EmptyState>
      );
    case 'stored':
    case 'ready': // the pyramid follows with the next poll
      return (
        <EmptyState icon="clock" title={t('stored')}>
          {t('storedNext')}
        </EmptyState>
      );
    case 'building':
      return (
        <EmptyState icon="layers" title={t('building')}>
          {t('buildingNext')}
          <ProgressBar label={t('building')} value={status.progress} isBare />
          {formats.percent(status.progress)}
        </EmptyState>
      );
    case 'failed':
      return <SlideFailed slide={slide} status={status} />;
  }
}

interface SlideFailedProps extends SlideNotReadyProps {
  readonly status: Extract<SlideStatus, { kind: 'failed' }>;
}

/** The original is kept: who may edit the slide can have it opened again, after an update for example. */
function SlideFailed({ slide, status }: SlideFailedProps) {
  const queries = useQueryClient();
  const mayRetry = useMay('slide.edit', {
    kind: 'slide',
    hospitalId: slide.hospitalId,
    deleted: slide.deletedAt !== null,
    shares: [],
  });
  const params = { slideId: slide.id };
  const retry = useMutation({
    mutationFn: () => call('slide.retry', { params }),
    onSuccess: (next) => queries.setQueryData(callOptions('slide.get', { params }).queryKey, next),
  });
  const code = isErrorCode(status.code) ? status.code : 'server.internal';
  const failure = new AppError(code, status.code, { fields: status.fields });
  return (
    <ErrorPanel
      error={retry.error ?? failure}
      onRetry={mayRetry ? () => retry.mutate() : undefined}
    />
  );
}
