import type { ReactNode } from 'react';
import {
  Checkbox as AriaCheckbox,
  type CheckboxProps as AriaCheckboxProps,
} from 'react-aria-components/Checkbox';
import './choice.css';
import { classNames } from './class-names.ts';
import { Icon } from './icons/icon.tsx';

export interface CheckboxProps extends Omit<AriaCheckboxProps, 'children' | 'className' | 'style'> {
  readonly children: ReactNode;
  readonly className?: string;
}

export function Checkbox({ children, className, ...rest }: CheckboxProps) {
  return (
    <AriaCheckbox {...rest} className={classNames('ui-checkbox', className)}>
      {({ isIndeterminate }) => (
        <>
          <span className="ui-checkbox-box">
            <Icon name={isIndeterminate ? 'minus' : 'check'} size={14} />
          </span>
          {children}
        </>
      )}
    </AriaCheckbox>
  );
}
