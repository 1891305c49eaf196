import { useMutation } from '@tanstack/react-query';
import { z } from 'zod';
import { call } from '../../api/call.ts';
import { useRememberAccount } from '../../api/session.ts';
import { useForm } from '../../app/forms/use-form.ts';
import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { focusOnMount } from '../../ui/focus-on-mount.ts';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast.tsx';
import { PasswordPrompt } from './password-prompt.tsx';
import { profileWords } from './profile-words.ts';
import { QrCode } from './qr-code.tsx';

const FORM_ID = 'totp-code';
const Body = z.object({ totp: z.string().regex(/^\d{6}$/) });

interface Begun {
  readonly secret: string;
  readonly otpauthUri: string;
}

function useConfirm(onClose: () => void) {
  const t = useWords(profileWords);
  const remember = useRememberAccount();
  return useMutation({
    mutationFn: (body: { readonly totp: string }) => call('totp.confirm', { body }),
    onSuccess: (account) => {
      remember(account);
      showToast({ title: t('totpDone'), tone: 'success' });
      onClose();
    },
  });
}

interface CodeFormProps {
  readonly begun: Begun;
  readonly confirm: ReturnType<typeof useConfirm>;
}

function CodeForm({ begun, confirm }: CodeFormProps) {
  const t = useWords(profileWords);
  const { values, set, isInvalid, submit } = useForm({
    schema: Body,
    initial: { totp: '' },
    onSubmit: (body) => confirm.mutate(body),
  });
  return (
    <form id={FORM_ID} className="form" onSubmit={submit} noValidate>
      <p>{t('totpScan')}</p>
      <div className="profile-qr">
        <QrCode text={begun.otpauthUri} label={t('totpQr')} />
        <div>
          <span className="ui-label">{t('totpSecret')}</span>
          <code>{begun.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
        </div>
      </div>
      {confirm.error === null ? null : <ErrorLine error={confirm.error} />}
      <TextField
        label={t('totpCode')}
        value={values.totp}
        onChange={(text) => set('totp', text.normalize('NFKC').replace(/\D/g, '').slice(0, 6))}
        inputMode="numeric"
        autoComplete="one-time-code"
        ref={focusOnMount}
        error={isInvalid('totp') ? t('totpCodeRule') : undefined}
      />
    </form>
  );
}

/** Password, then the code of the app: nothing is in force before the code was right. */
export function SetUpTotpDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useWords(profileWords);
  const begin = useMutation({
    mutationFn: (password: string) => call('totp.begin', { body: { password } }),
  });
  const confirm = useConfirm(onClose);
  if (begin.data === undefined) {
    return (
      <PasswordPrompt
        title={t('totpBegin')}
        ask={t('totpPasswordAsk')}
        confirmLabel={t('totpNext')}
        onConfirm={(password) => begin.mutate(password)}
        isPending={begin.isPending}
        error={begin.error}
        onClose={onClose}
      />
    );
  }
  const footer = (
    <>
      <Button onPress={onClose}>{t('cancel')}</Button>
      <Button look="primary" type="submit" form={FORM_ID} isPending={confirm.isPending}>
        {t('totpConfirm')}
      </Button>
    </>
  );
  return (
    <Dialog isOpen onClose={onClose} title={t('totpBegin')} footer={footer}>
      <CodeForm begun={begin.data} confirm={confirm} />
    </Dialog>
  );
}
