import type { SlideSummary } from '../../../shared/slide/slide.ts';
import type { Formats } from '../../app/formats.ts';
import type { Translate } from '../../app/i18n.ts';
import type { Tone } from '../../ui/badge.tsx';
import type { slidesWords } from './slides-words.ts';

type T = Translate<(typeof slidesWords)['zh']>;

export interface StatusWords {
  readonly tone: Tone;
  readonly text: string;
  /** 0..1 while something is under way. */
  readonly progress: number | null;
}

export function describeStatus(slide: SlideSummary, t: T, formats: Formats): StatusWords {
  const { status } = slide;
  switch (status.kind) {
    case 'arriving': {
      const percent = formats.percent(status.received);
      return { tone: 'info', text: t('arriving', { percent }), progress: status.received };
    }
    case 'stored':
      return { tone: 'neutral', text: t('stored'), progress: null };
    case 'building': {
      const percent = formats.percent(status.progress);
      return { tone: 'info', text: t('building', { percent }), progress: status.progress };
    }
    case 'ready':
      return { tone: 'success', text: t('ready'), progress: null };
    case 'failed':
      return { tone: 'danger', text: t('failed'), progress: null };
  }
}

/** '40×' as the file says, else as its mpp implies (10 / mpp: 0.25 µm/px is 40×). */
export function describeMagnification(slide: SlideSummary, t: T, formats: Formats): string {
  const { objectivePower, mpp } = slide;
  const implied = mpp === null ? null : Number((10 / mpp.x).toPrecision(2));
  const power = objectivePower ?? implied;
  const perPixel =
    mpp === null ? t('notCalibrated') : t('perPixel', { value: formats.number(mpp.x, 3) });
  return power === null ? perPixel : `${formats.number(power, 1)}× · ${perPixel}`;
}

export function describePixels(slide: SlideSummary, formats: Formats): string {
  if (slide.widthPx === null || slide.heightPx === null) return '—';
  return `${formats.number(slide.widthPx)} × ${formats.number(slide.heightPx)}`;
}

export function hospitalNameOf(slide: SlideSummary, formats: Formats): string {
  return formats.language === 'zh' ? slide.hospitalNameZh : slide.hospitalNameEn;
}
