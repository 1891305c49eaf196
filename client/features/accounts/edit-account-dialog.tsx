import type { Account } from '../../../shared/account/account.ts';
import { useForm } from '../../app/forms/use-form.ts';
import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast.tsx';
import { AccountChange, useUpdateAccount } from './account-commands.ts';
import { accountsWords } from './accounts-words.ts';
import { RoleAndHospital } from './role-and-hospital.tsx';

const FORM_ID = 'edit-account';

interface EditAccountDialogProps {
  readonly account: Account;
  readonly onClose: () => void;
}

interface FieldsProps {
  readonly account: Account;
  readonly update: ReturnType<typeof useUpdateAccount>;
}

function Fields({ account, update }: FieldsProps) {
  const t = useWords(accountsWords);
  const { displayName, role, hospitalId } = account;
  const { values, set, isInvalid, submit } = useForm({
    schema: AccountChange,
    initial: { displayName, role, hospitalId },
    onSubmit: (change) => update.mutate({ account, change }),
    error: update.error,
  });
  return (
    <form id={FORM_ID} className="form" onSubmit={submit} noValidate>
      {update.error === null ? null : <ErrorLine error={update.error} />}
      <TextField label={t('username')} value={account.username} isDisabled />
      <TextField
        label={t('displayName')}
        value={values.displayName ?? ''}
        onChange={(name) => set('displayName', name)}
        error={isInvalid('displayName') ? t('displayNameRule') : undefined}
      />
      <RoleAndHospital
        role={values.role ?? null}
        onRole={(next) => set('role', next)}
        hospitalId={values.hospitalId ?? null}
        onHospital={(next) => set('hospitalId', next)}
        isRoleMissing={isInvalid('role')}
        isHospitalMissing={isInvalid('hospitalId')}
      />
    </form>
  );
}

export function EditAccountDialog({ account, onClose }: EditAccountDialogProps) {
  const t = useWords(accountsWords);
  const update = useUpdateAccount((saved) => {
    showToast({ title: t('saved', { name: saved.displayName }), tone: 'success' });
    onClose();
  });
  const footer = (
    <>
      <Button onPress={onClose}>{t('cancel')}</Button>
      <Button look="primary" type="submit" form={FORM_ID} isPending={update.isPending}>
        {t('save')}
      </Button>
    </>
  );
  return (
    <Dialog isOpen onClose={onClose} title={t('editTitle')} footer={footer}>
      <Fields account={account} update={update} />
    </Dialog>
  );
}
