import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import { classNames } from './class-names.ts';
import { Icon } from './icons/icon.tsx';
import type { IconName } from './icons/icon-paths.ts';
import './segmented.css';

export interface Segment<Value extends string> {
  readonly value: Value;
  readonly text: string;
  readonly icon?: IconName;
  /** Shows the icon alone; the text is read out. */
  readonly isIconOnly?: boolean;
}

export interface SegmentedProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly segments: readonly Segment<Value>[];
  readonly className?: string;
}

/** One choice of a few, all of them in sight. */
export function Segmented<Value extends string>(props: SegmentedProps<Value>) {
  const { label, value, onChange, segments, className } = props;
  return (
    <ToggleButtonGroup
      className={classNames('ui-segmented', className)}
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const chosen = segments.find((segment) => keys.has(segment.value));
        if (chosen !== undefined) onChange(chosen.value);
      }}
    >
      {segments.map((segment) => (
        <ToggleButton
          key={segment.value}
          id={segment.value}
          className="ui-segment"
          data-icon-only={segment.isIconOnly === true || undefined}
          {...(segment.isIconOnly === true ? { 'aria-label': segment.text } : {})}
        >
          {segment.icon === undefined ? null : <Icon name={segment.icon} />}
          {segment.isIconOnly === true ? null : segment.text}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
