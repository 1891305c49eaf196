import type { Ref } from 'react';
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
} from 'react-aria-components/Button';
import {
  ToggleButton as AriaToggleButton,
  type ToggleButtonProps as AriaToggleButtonProps,
} from 'react-aria-components/ToggleButton';
import './button.css';
import type { ButtonLook } from './button.tsx';
import { classNames } from './class-names.ts';
import { Icon } from './icons/icon.tsx';
import type { IconName } from './icons/icon-paths.ts';
import { type TooltipPlacement, WithTooltip } from './tooltip.tsx';

interface IconButtonLook {
  readonly icon: IconName;
  /** Read out, and shown as the tooltip. */
  readonly label: string;
  /** Shown in the tooltip beside the label, for example a key. */
  readonly hint?: string | undefined;
  readonly look?: ButtonLook;
  readonly size?: 'normal' | 'small';
  readonly placement?: TooltipPlacement;
  readonly className?: string;
  readonly ref?: Ref<HTMLButtonElement>;
}

export type IconButtonProps = IconButtonLook &
  Omit<AriaButtonProps, 'children' | 'className' | 'style' | 'aria-label'>;

export function IconButton(props: IconButtonProps) {
  const {
    icon,
    label,
    hint,
    look = 'quiet',
    size = 'normal',
    placement,
    className,
    ...rest
  } = props;
  return (
    <WithTooltip label={label} hint={hint} placement={placement ?? 'bottom'}>
      <AriaButton
        {...rest}
        aria-label={label}
        className={classNames('ui-button ui-icon-button', className)}
        data-look={look}
        data-size={size}
      >
        <Icon name={icon} size={size === 'small' ? 16 : 18} />
      </AriaButton>
    </WithTooltip>
  );
}

export type IconToggleProps = IconButtonLook &
  Omit<AriaToggleButtonProps, 'children' | 'className' | 'style' | 'aria-label'>;

/** An icon button that stays on or off. */
export function IconToggle(props: IconToggleProps) {
  const {
    icon,
    label,
    hint,
    look = 'quiet',
    size = 'normal',
    placement,
    className,
    ...rest
  } = props;
  return (
    <WithTooltip label={label} hint={hint} placement={placement ?? 'bottom'}>
      <AriaToggleButton
        {...rest}
        aria-label={label}
        className={classNames('ui-button ui-icon-button', className)}
        data-look={look}
        data-size={size}
      >
        <Icon name={icon} size={size === 'small' ? 16 : 18} />
      </AriaToggleButton>
    </WithTooltip>
  );
}
