import type { SlideSummary } from '../../../shared/slide/slide.ts';
import { type ErrorFields, isErrorCode, describeError } from '../../../shared/errors/app-error.ts';
import { useFormats } from '../../app/formats.ts';
import { useLanguage, useWords } from '../../app/i18n.ts';
import { Badge } from '../../ui/badge.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { StatusDot } from '../../ui/status-dot.tsx';
import { describeStatus } from './slide-facts.ts';
import { slidesWords } from './slides-words.ts';

interface SlideProps {
  readonly slide: SlideSummary;
}

function useFailure(slide: SlideSummary): string | null {
  const language = useLanguage();
  if (slide.status.kind !== 'failed') return null;
  const code = isErrorCode(slide.status.code) ? slide.status.code : 'server.internal';
  const fields: ErrorFields = slide.status.fields;
  const { what, next } = describeError(code, fields, language);
  return `${what} ${next}`;
}

export function SlideStatusMark({ slide }: SlideProps) {
  const t = useWords(slidesWords);
  const formats = useFormats();
  const failure = useFailure(slide);
  const { tone, text, progress } = describeStatus(slide, t, formats);
  return (
    <div className="slide-status">
      <StatusDot tone={tone} text={text} />
      {progress === null ? null : <ProgressBar label={text} value={progress} isBare />}
      {failure === null ? null : <p className="slide-failure">{failure}</p>}
    </div>
  );
}

export function SharedBadge({ slide }: SlideProps) {
  const t = useWords(slidesWords);
  const formats = useFormats();
  if (slide.access !== 'shared') return null;
  const until =
    slide.sharedUntil === null
      ? t('sharedOpen')
      : t('sharedUntil', { when: formats.dateTime(slide.sharedUntil) });
  return (
    <span className="slide-shared" title={until}>
      <Badge tone="accent" icon="share">
        {t('sharedWithUs')}
      </Badge>
      <span className="slide-shared-until">{until}</span>
    </span>
  );
}
