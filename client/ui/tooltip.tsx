import type { ReactElement } from 'react';
import { Tooltip, TooltipTrigger } from 'react-aria-components/Tooltip';
import './tooltip.css';

export type TooltipPlacement = 'top' | 'bottom' | 'left' | 'right';

export interface WithTooltipProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly placement?: TooltipPlacement;
  /** One focusable control. */
  readonly children: ReactElement;
}

export function WithTooltip({ label, hint, placement = 'bottom', children }: WithTooltipProps) {
  return (
    <TooltipTrigger delay={500} closeDelay={100}>
      {children}
      <Tooltip className="ui-tooltip" placement={placement} offset={6}>
        {label}
        {hint === undefined || hint === '' ? null : <kbd className="ui-key">{hint}</kbd>}
      </Tooltip>
    </TooltipTrigger>
  );
}
