import { Label } from 'react-aria-components/Label';
import { ProgressBar as AriaProgressBar } from 'react-aria-components/ProgressBar';
import { classNames } from './class-names.ts';
import './field.css';
import './progress-bar.css';

export interface ProgressBarProps {
  readonly label: string;
  /** 0..1, or null while it is not known. */
  readonly value: number | null;
  /** Only the bar is seen; the label is read out. */
  readonly isBare?: boolean;
  readonly tone?: 'normal' | 'danger' | 'waiting';
  readonly className?: string;
}

export function ProgressBar(props: ProgressBarProps) {
  const { label, value, isBare = false, tone = 'normal', className } = props;
  return (
    <AriaProgressBar
      className={classNames('ui-progress', className)}
      value={(value ?? 0) * 100}
      isIndeterminate={value === null}
      data-tone={tone}
      data-bare={isBare || undefined}
      {...(isBare ? { 'aria-label': label } : {})}
    >
      {({ percentage, valueText, isIndeterminate }) => (
        <>
          {isBare ? null : <Label className="ui-label">{label}</Label>}
          <span className="ui-progress-value">{valueText}</span>
          <div className="ui-progress-track">
            <div
              className="ui-progress-fill"
              data-indeterminate={isIndeterminate || undefined}
              style={isIndeterminate ? {} : { width: `${percentage ?? 0}%` }}
            />
          </div>
        </>
      )}
    </AriaProgressBar>
  );
}
