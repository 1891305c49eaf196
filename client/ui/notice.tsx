import type { ReactNode } from 'react';
import { Icon } from './icons/icon.tsx';
import './state-panel.css';

export interface NoticeProps {
  readonly tone?: 'info' | 'warning' | 'success';
  readonly children: ReactNode;
}

const ICONS = { info: 'info', warning: 'warning', success: 'check' } as const;

/** A line that stays in the page, unlike a toast. */
export function Notice({ tone = 'info', children }: NoticeProps) {
  return (
    <output className="ui-notice" data-tone={tone}>
      <Icon name={ICONS[tone]} />
      <span>{children}</span>
    </output>
  );
}
