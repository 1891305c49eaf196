import type { ReactElement, ReactNode } from 'react';
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Popover } from 'react-aria-components/Popover';
import './popover.css';

export interface PopoverButtonProps {
  /** The button that opens it. */
  readonly trigger: ReactElement;
  readonly label: string;
  readonly children: ReactNode;
  readonly placement?: 'bottom start' | 'bottom end' | 'top start' | 'left top' | 'right top';
  /** Lets the page behind be used while it is open (adjusting an image). */
  readonly isNonModal?: boolean;
  /** For a panel that something in it closes; left out, it minds itself. */
  readonly isOpen?: boolean;
  readonly onOpenChange?: (isOpen: boolean) => void;
}

/** A small panel beside a button. */
export function PopoverButton(props: PopoverButtonProps) {
  const { trigger, label, children, placement = 'bottom end', isNonModal = false } = props;
  const { isOpen, onOpenChange } = props;
  return (
    <DialogTrigger
      {...(isOpen === undefined ? {} : { isOpen })}
      {...(onOpenChange === undefined ? {} : { onOpenChange })}
    >
      {trigger}
      <Popover className="ui-popover" placement={placement} offset={4} isNonModal={isNonModal}>
        <Dialog className="ui-popover-panel" aria-label={label}>
          {children}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
