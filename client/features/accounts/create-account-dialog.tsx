import { useState } from 'react';
import type { z } from 'zod';
import type { Account, Role } from '../../../shared/account/account.ts';
import { useAccount } from '../../api/session.ts';
import { useForm } from '../../app/forms/use-form.ts';
import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { focusOnMount } from '../../ui/focus-on-mount.ts';
import { TextField } from '../../ui/text-field.tsx';
import { NewAccount, useCreateAccount } from './account-commands.ts';
import { accountsWords } from './accounts-words.ts';
import { browserRandomBytes, makePassword } from './make-password.ts';
import { RoleAndHospital } from './role-and-hospital.tsx';

const FORM_ID = 'create-account';

interface CreateAccountDialogProps {
  readonly onClose: () => void;
  readonly onMade: (account: Account, password: string) => void;
}

/** Nothing is chosen for the administrator: an empty role or hospital is refused by the schema. */
type Draft = {
  readonly username: string;
  readonly displayName: string;
  readonly role: Role | null;
  readonly hospitalId: string | null;
};

function Fields({ create }: { readonly create: ReturnType<typeof useCreateAccount> }) {
  const t = useWords(accountsWords);
  const me = useAccount();
  const [password] = useState(() => makePassword(browserRandomBytes));
  const own = me?.role === 'administrator' ? null : (me?.hospitalId ?? null);
  const initial: Draft = { username: '', displayName: '', role: null, hospitalId: own };
  const { values, set, isInvalid, submit } = useForm({
    schema: NewAccount,
    initial: initial as z.input<typeof NewAccount>, // the nulls are what the schema is there to refuse
    onSubmit: (body) => create.mutate({ ...body, password }),
    error: create.error,
  });
  return (
    <form id={FORM_ID} className="form" onSubmit={submit} noValidate>
      {create.error === null ? null : <ErrorLine error={create.error} />}
      <TextField
        label={t('displayName')}
        value={values.displayName}
        onChange={(displayName) => set('displayName', displayName)}
        ref={focusOnMount}
        error={isInvalid('displayName') ? t('displayNameRule') : undefined}
      />
      <TextField
        label={t('username')}
        hint={t('usernameHint')}
        value={values.username}
        onChange={(username) => set('username', username)}
        autoComplete="off"
        spellCheck="false"
        error={isInvalid('username') ? t('usernameRule') : undefined}
      />
      <RoleAndHospital
        role={values.role}
        onRole={(role) => set('role', role)}
        hospitalId={values.hospitalId}
        onHospital={(hospitalId) => set('hospitalId', hospitalId)}
        isRoleMissing={isInvalid('role')}
        isHospitalMissing={isInvalid('hospitalId')}
      />
    </form>
  );
}

export function CreateAccountDialog({ onClose, onMade }: CreateAccountDialogProps) {
  const t = useWords(accountsWords);
  const create = useCreateAccount(onMade);
  const footer = (
    <>
      <Button onPress={onClose}>{t('cancel')}</Button>
      <Button look="primary" type="submit" form={FORM_ID} isPending={create.isPending}>
        {t('create')}
      </Button>
    </>
  );
  return (
    <Dialog isOpen onClose={onClose} title={t('createTitle')} footer={footer}>
      <Fields create={create} />
    </Dialog>
  );
}
