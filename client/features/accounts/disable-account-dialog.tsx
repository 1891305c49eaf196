import type { Account } from '../../../shared/account/account.ts';
import { useWords } from '../../app/i18n.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { showToast } from '../../ui/toast.tsx';
import { useUpdateAccount } from './account-commands.ts';
import { accountsWords } from './accounts-words.ts';

interface DisableAccountDialogProps {
  readonly account: Account;
  readonly onClose: () => void;
}

export function DisableAccountDialog({ account, onClose }: DisableAccountDialogProps) {
  const t = useWords(accountsWords);
  const name = account.displayName;
  const update = useUpdateAccount(() => {
    showToast({ title: t('disabledToast', { name }) });
    onClose();
  });
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t('disableTitle')}
      confirmLabel={t('disable')}
      onConfirm={() => update.mutate({ account, change: { disabled: true } })}
      isPending={update.isPending}
      isDangerous
    >
      {update.error === null ? null : <ErrorLine error={update.error} />}
      <p>{t('disableAsk', { name })}</p>
    </ConfirmDialog>
  );
}
