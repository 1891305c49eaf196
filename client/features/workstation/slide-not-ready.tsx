import type { SlideDetail } from '../../../shared/slide/slide.ts';
import { AppError, isErrorCode } from '../../../shared/errors/app-error.ts';
import { useFormats } from '../../app/formats.ts';
import { useWords } from '../../app/i18n.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { workstationWords } from './workstation-words.ts';

interface SlideNotReadyProps {
  readonly slide: SlideDetail;
  readonly onRetry: () => void;
}

/** Why a slide cannot be looked at yet, or at all, and what happens next. */
export function SlideNotReady({ slide, onRetry }: SlideNotReadyProps) {
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
    case 'failed': {
      const code = isErrorCode(status.code) ? status.code : 'server.internal';
      const error = new AppError(code, status.code, { fields: status.fields });
      return <ErrorPanel error={error} onRetry={onRetry} />;
    }
  }
}
