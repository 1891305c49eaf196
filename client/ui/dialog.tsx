import type { ReactNode } from 'react';
import { Dialog as AriaDialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { useWords } from '../app/i18n.ts';
import './dialog.css';
import { IconButton } from './icon-button.tsx';
import { uiWords } from './ui-words.ts';

export interface DialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
  /** Buttons, the main one last. */
  readonly footer?: ReactNode;
  readonly size?: 'normal' | 'wide' | 'full';
  /** 'alertdialog' for a decision that cannot be put off by a click beside it. */
  readonly role?: 'dialog' | 'alertdialog';
}

export function Dialog(props: DialogProps) {
  const { isOpen, onClose, title, children, footer, size = 'normal', role = 'dialog' } = props;
  const t = useWords(uiWords);
  return (
    <ModalOverlay
      className="ui-backdrop"
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      isDismissable={role === 'dialog'}
    >
      <Modal className="ui-modal" data-size={size}>
        <AriaDialog className="ui-dialog" role={role}>
          <header className="ui-dialog-header">
            <Heading slot="title" className="ui-dialog-title">
              {title}
            </Heading>
            <IconButton icon="close" label={t('close')} size="small" onPress={onClose} />
          </header>
          <div className="ui-dialog-body">{children}</div>
          {footer === undefined ? null : <footer className="ui-dialog-footer">{footer}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
