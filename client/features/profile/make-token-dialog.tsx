import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import { roleMay } from '../../../shared/access/can.ts';
import { type AccessToken, TOKEN_DAYS, type TokenPurpose } from '../../../shared/access/token.ts';
import type { Role } from '../../../shared/account/account.ts';
import { PAGE_ENDPOINTS } from '../../../shared/api/page-endpoints.ts';
import { call } from '../../api/call.ts';
import { keyOf } from '../../api/query.ts';
import { useForm } from '../../app/forms/use-form.ts';
import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { focusOnMount } from '../../ui/focus-on-mount.ts';
import { Notice } from '../../ui/notice.tsx';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { tokenWords } from './token-words.ts';

const FORM_ID = 'make-token';
const Body = PAGE_ENDPOINTS['token.create'].body;

interface MakeTokenDialogProps {
  readonly role: Role;
  readonly onClose: () => void;
  readonly onMade: (token: AccessToken, secret: string) => void;
}

function useMake(onMade: MakeTokenDialogProps['onMade']) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: z.output<typeof Body>) => call('token.create', { body }),
    onSuccess: ({ token, secret }) => onMade(token, secret),
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf('token.list') }),
  });
}

interface FieldsProps {
  readonly role: Role;
  readonly make: ReturnType<typeof useMake>;
}

function Fields({ role, make }: FieldsProps) {
  const t = useWords(tokenWords);
  const mayUpload = roleMay(role, 'upload.create');
  const { values, set, isInvalid, submit } = useForm({
    schema: Body,
    initial: { name: '', purpose: mayUpload ? 'upload' : 'read', days: 365 },
    onSubmit: (body) => make.mutate(body),
    error: make.error,
  });
  const dayChoices = TOKEN_DAYS.map((days) => ({
    value: String(days),
    text: t('forDays', { days }),
  }));
  return (
    <form id={FORM_ID} className="form" onSubmit={submit} noValidate>
      {make.error === null ? null : <ErrorLine error={make.error} />}
      <TextField
        label={t('name')}
        hint={t('nameHint')}
        value={values.name}
        onChange={(name) => set('name', name)}
        ref={focusOnMount}
        error={isInvalid('name') ? t('nameRule') : undefined}
      />
      <Select<TokenPurpose>
        label={t('purpose')}
        value={values.purpose}
        onChange={(purpose) => set('purpose', purpose)}
        options={[
          { value: 'upload', text: t('upload'), hint: t('uploadHint'), isDisabled: !mayUpload },
          { value: 'read', text: t('read'), hint: t('readHint') },
        ]}
      />
      <Select
        label={t('days')}
        value={String(values.days)}
        onChange={(chosen) =>
          set('days', TOKEN_DAYS.find((days) => String(days) === chosen) ?? values.days)
        }
        options={dayChoices}
      />
    </form>
  );
}

export function MakeTokenDialog({ role, onClose, onMade }: MakeTokenDialogProps) {
  const t = useWords(tokenWords);
  const make = useMake(onMade);
  const footer = (
    <>
      <Button onPress={onClose}>{t('cancel')}</Button>
      <Button look="primary" type="submit" form={FORM_ID} isPending={make.isPending}>
        {t('make')}
      </Button>
    </>
  );
  return (
    <Dialog isOpen onClose={onClose} title={t('make')} footer={footer}>
      <Fields role={role} make={make} />
    </Dialog>
  );
}

interface ShownTokenDialogProps {
  readonly name: string;
  readonly secret: string;
  readonly onClose: () => void;
}

/** Shown once: neither the server nor this page keeps it. */
export function ShownTokenDialog({ name, secret, onClose }: ShownTokenDialogProps) {
  const t = useWords(tokenWords);
  const [wasCopied, setWasCopied] = useState(false);
  const copy = () => {
    // Without permission for the clipboard the token can still be selected and read.
    void navigator.clipboard.writeText(secret).then(
      () => setWasCopied(true),
      () => setWasCopied(false),
    );
  };
  const footer = (
    <Button look="primary" onPress={onClose}>
      {t('done')}
    </Button>
  );
  return (
    <Dialog
      isOpen
      onClose={onClose}
      role="alertdialog"
      title={t('shown', { name })}
      footer={footer}
    >
      <div className="profile-secret">
        <code>{secret}</code>
        <Button icon={wasCopied ? 'check' : 'copy'} onPress={copy}>
          {wasCopied ? t('copied') : t('copy')}
        </Button>
      </div>
      <Notice tone="warning">{t('once')}</Notice>
    </Dialog>
  );
}
