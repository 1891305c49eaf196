import type { ReactNode } from 'react';
import './badge.css';
import { Icon } from './icons/icon.tsx';
import type { IconName } from './icons/icon-paths.ts';

export type Tone = 'neutral' | 'success' | 'warning' | 'danger' | 'info' | 'accent';

export interface BadgeProps {
  readonly children: ReactNode;
  readonly tone?: Tone;
  readonly icon?: IconName;
}

export function Badge({ children, tone = 'neutral', icon }: BadgeProps) {
  return (
    <span className="ui-badge" data-tone={tone}>
      {icon === undefined ? null : <Icon name={icon} size={12} />}
      {children}
    </span>
  );
}
