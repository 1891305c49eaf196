import type { Formats } from '../../app/formats.ts';
import type { Translate } from '../../app/i18n.ts';
import type { UploadItem, UploadItemState } from '../../api/upload/upload-item.ts';
import type { Tone } from '../../ui/badge.tsx';
import type { uploadWords } from './upload-words.ts';

export type T = Translate<(typeof uploadWords)['zh']>;

export interface UploadWordsOf {
  readonly tone: Tone;
  readonly text: string;
  /** 0..1; null where there is none to show, as of a finished one. */
  readonly progress: number | null;
}

function say(state: UploadItemState, t: T): { readonly tone: Tone; readonly text: string } {
  switch (state.kind) {
    case 'preparing':
      return { tone: 'neutral', text: t('preparing') };
    case 'waiting':
      return { tone: 'neutral', text: t('waiting') };
    case 'sending':
      return { tone: 'info', text: t('sending') };
    case 'paused':
      return { tone: 'neutral', text: t('paused') };
    case 'waiting-for-network':
      return { tone: 'warning', text: t('waitingNetwork') };
    case 'waiting-for-room':
      return { tone: 'warning', text: t('waitingRoom') };
    case 'needs-file':
      return { tone: 'warning', text: t(state.canAsk ? 'needsLeave' : 'needsFile') };
    case 'finishing':
      return { tone: 'info', text: t('finishing') };
    case 'finished':
      return { tone: 'success', text: t('finished') };
    case 'failed':
      return { tone: 'danger', text: t('failed') };
    case 'cancelled':
      return { tone: 'neutral', text: t('cancelled') };
  }
}

export function describeUpload({ state, bytes }: UploadItem, t: T): UploadWordsOf {
  const sent = 'bytesSent' in state ? state.bytesSent : state.kind === 'finishing' ? bytes : null;
  return {
    ...say(state, t),
    progress: sent === null ? null : bytes === 0 ? 1 : sent / bytes,
  };
}

/** Rounded so that it does not flicker: seconds below 90, then minutes, then hours with one decimal. */
export function describeTimeLeft(seconds: number, t: T, formats: Formats): string {
  if (seconds < 90) return t('seconds', { count: formats.number(Math.max(1, Math.ceil(seconds))) });
  if (seconds < 5400) return t('minutes', { count: formats.number(Math.round(seconds / 60)) });
  return t('hours', { count: formats.number(seconds / 3600, 1) });
}

/** '42% · 12.1 MB of 1.2 GB · 2.3 MB/s · 8 min left', as far as it is known. */
export function describeTransfer(item: UploadItem, t: T, formats: Formats): string {
  const { state } = item;
  if (!('bytesSent' in state)) return formats.bytes(item.bytes);
  // Rounded down: 100% is said when it is all there.
  const percent = Math.floor((100 * state.bytesSent) / Math.max(1, state.bytesTotal)) / 100;
  const sent = t('sentOf', {
    percent: formats.percent(percent),
    sent: formats.bytes(state.bytesSent),
    total: formats.bytes(state.bytesTotal),
  });
  if (state.kind !== 'sending' || state.bytesPerSecond <= 0) return sent;
  const speed = t('speed', { speed: formats.bytes(state.bytesPerSecond) });
  if (state.secondsLeft === null) return `${sent} · ${speed}`;
  const left = t('left', { time: describeTimeLeft(state.secondsLeft, t, formats) });
  return `${sent} · ${speed} · ${left}`;
}
