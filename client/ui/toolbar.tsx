import type { ReactNode } from 'react';
import { Toolbar as AriaToolbar } from 'react-aria-components/Toolbar';
import { classNames } from './class-names.ts';
import './toolbar.css';

export interface ToolbarProps {
  readonly label: string;
  readonly children: ReactNode;
  readonly orientation?: 'horizontal' | 'vertical';
  readonly className?: string;
}

/** One stop of the Tab key; arrows move inside it. */
export function Toolbar({ label, children, orientation = 'horizontal', className }: ToolbarProps) {
  return (
    <AriaToolbar
      aria-label={label}
      orientation={orientation}
      className={classNames('ui-toolbar', className)}
    >
      {children}
    </AriaToolbar>
  );
}

export function ToolbarGap() {
  return <span className="ui-toolbar-gap" aria-hidden="true" />;
}
