import type { ReactNode } from 'react';
import { useWords } from '../app/i18n.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { uiWords } from './ui-words.ts';

export interface ConfirmDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
  readonly confirmLabel: string;
  readonly onConfirm: () => void;
  readonly isPending?: boolean;
  readonly isDangerous?: boolean;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const t = useWords(uiWords);
  const { isOpen, onClose, title, children, isPending = false, isDangerous = false } = props;
  const footer = (
    <>
      <Button onPress={onClose}>{t('cancel')}</Button>
      <Button
        look={isDangerous ? 'danger' : 'primary'}
        isPending={isPending}
        onPress={props.onConfirm}
      >
        {props.confirmLabel}
      </Button>
    </>
  );
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={title} footer={footer} role="alertdialog">
      {children}
    </Dialog>
  );
}
