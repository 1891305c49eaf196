import { useState } from 'react';
import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { accountsWords } from './accounts-words.ts';

interface FirstPasswordDialogProps {
  readonly name: string;
  readonly password: string;
  readonly onClose: () => void;
}

/** Shown once: neither the server nor this page keeps it. */
export function FirstPasswordDialog({ name, password, onClose }: FirstPasswordDialogProps) {
  const t = useWords(accountsWords);
  const [wasCopied, setWasCopied] = useState(false);
  const copy = () => {
    // Without permission for the clipboard the password can still be selected and read.
    void navigator.clipboard.writeText(password).then(
      () => setWasCopied(true),
      () => setWasCopied(false),
    );
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      role="alertdialog"
      title={t('passwordTitle')}
      footer={
        <Button look="primary" onPress={onClose}>
          {t('done')}
        </Button>
      }
    >
      <p>{t('passwordFor', { name })}</p>
      <div className="first-password">
        <code>{password}</code>
        <Button icon={wasCopied ? 'check' : 'copy'} onPress={copy}>
          {wasCopied ? t('copied') : t('copy')}
        </Button>
      </div>
      <Notice tone="warning">{t('passwordOnce')}</Notice>
    </Dialog>
  );
}
