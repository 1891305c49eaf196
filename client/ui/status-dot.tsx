import './badge.css';
import type { Tone } from './badge.tsx';

/** A shape of its own for every tone, so that nothing rests on colour alone (WCAG 1.4.1). */
const SHAPES: Readonly<Record<Tone, string>> = {
  neutral: 'M5 1.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z',
  success: 'M5 1a4 4 0 1 0 0 8 4 4 0 0 0 0-8z',
  warning: 'M5 .8L9.6 9H.4z',
  danger: 'M1.3 1.3h7.4v7.4H1.3z',
  info: 'M5 .5L9.5 5 5 9.5.5 5z',
  accent: 'M5 1a4 4 0 1 0 0 8 4 4 0 0 0 0-8z',
};

export interface StatusDotProps {
  readonly tone: Tone;
  /** Always shown: the dot alone says nothing. */
  readonly text: string;
}

export function StatusDot({ tone, text }: StatusDotProps) {
  const hollow = tone === 'neutral';
  return (
    <span className="ui-status" data-tone={tone}>
      <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true" focusable="false">
        <path
          d={SHAPES[tone]}
          fill={hollow ? 'none' : 'currentColor'}
          stroke="currentColor"
          strokeWidth={hollow ? 1.5 : 0}
        />
      </svg>
      {text}
    </span>
  );
}
