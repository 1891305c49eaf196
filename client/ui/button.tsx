import type { ReactNode, Ref } from 'react';
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
} from 'react-aria-components/Button';
import './button.css';
import { classNames } from './class-names.ts';
import { Icon } from './icons/icon.tsx';
import type { IconName } from './icons/icon-paths.ts';
import { Spinner } from './spinner.tsx';

export type ButtonLook = 'primary' | 'plain' | 'quiet' | 'danger';

export interface ButtonProps extends Omit<AriaButtonProps, 'children' | 'className' | 'style'> {
  readonly children: ReactNode;
  readonly look?: ButtonLook;
  readonly size?: 'normal' | 'small';
  readonly icon?: IconName;
  readonly className?: string;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button(props: ButtonProps) {
  const { children, look = 'plain', size = 'normal', icon, className, ...rest } = props;
  return (
    <AriaButton
      {...rest}
      className={classNames('ui-button', className)}
      data-look={look}
      data-size={size}
    >
      <span className="ui-button-content">
        {icon === undefined ? null : <Icon name={icon} />}
        {children}
      </span>
      {rest.isPending === true ? <Spinner /> : null}
    </AriaButton>
  );
}
