import type { Account } from '../../../shared/account/account.ts';
import { useWords } from '../../app/i18n.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { useResetPassword } from './account-commands.ts';
import { accountsWords } from './accounts-words.ts';
import { browserRandomBytes, makePassword } from './make-password.ts';

interface ResetPasswordDialogProps {
  readonly account: Account;
  readonly onClose: () => void;
  readonly onReset: (account: Account, password: string) => void;
}

export function ResetPasswordDialog({ account, onClose, onReset }: ResetPasswordDialogProps) {
  const t = useWords(accountsWords);
  const reset = useResetPassword(onReset);
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t('resetTitle')}
      confirmLabel={t('resetDo')}
      onConfirm={() => reset.mutate({ account, password: makePassword(browserRandomBytes) })}
      isPending={reset.isPending}
    >
      {reset.error === null ? null : <ErrorLine error={reset.error} />}
      <p>{t('resetAsk', { name: account.displayName })}</p>
    </ConfirmDialog>
  );
}
