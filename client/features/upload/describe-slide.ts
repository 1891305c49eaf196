import { describeError, isErrorCode } from '../../../shared/errors/app-error.ts';
import type { SlideStatus } from '../../../shared/slide/slide.ts';
import type { Formats } from '../../app/formats.ts';
import type { Tone } from '../../ui/badge.tsx';
import type { T } from './describe-upload.ts';

/** What became of an upload after its last byte. */
export interface SlideWords {
  readonly tone: Tone;
  readonly text: string;
  /** 0..1 while the pyramid is built; null where there is none to show. */
  readonly progress: number | null;
  readonly failure: string | null;
}

/** What happened and what to do next, for a code of the table or of a newer server. */
export function sayFailure(
  { code, fields }: Pick<Extract<SlideStatus, { kind: 'failed' }>, 'code' | 'fields'>,
  language: Formats['language'],
): string {
  const known = isErrorCode(code) ? code : 'server.internal';
  const { what, next } = describeError(known, fields, language);
  return language === 'zh' ? `${what}${next}` : `${what} ${next}`;
}

export function describeSlide(
  status: SlideStatus,
  isKnown: boolean,
  t: T,
  formats: Formats,
): SlideWords {
  switch (status.kind) {
    case 'arriving':
    case 'stored':
      return { tone: 'info', text: t('slideStored'), progress: null, failure: null };
    case 'building': {
      const text = t('slideBuilding', { percent: formats.percent(status.progress) });
      return { tone: 'info', text, progress: status.progress, failure: null };
    }
    case 'ready':
      return {
        tone: 'success',
        text: t(isKnown ? 'alreadyKnown' : 'slideReady'),
        progress: null,
        failure: null,
      };
    case 'failed': {
      const failure = sayFailure(status, formats.language);
      return { tone: 'danger', text: t('slideFailed'), progress: null, failure };
    }
  }
}

/** Whether its status will change by itself. */
export function isUnderWay({ kind }: SlideStatus): boolean {
  return kind !== 'ready' && kind !== 'failed';
}
