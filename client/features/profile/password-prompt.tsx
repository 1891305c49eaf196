import { z } from 'zod';
import { useForm } from '../../app/forms/use-form.ts';
import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { focusOnMount } from '../../ui/focus-on-mount.ts';
import { TextField } from '../../ui/text-field.tsx';
import { profileWords } from './profile-words.ts';

const FORM_ID = 'password-prompt';
const Body = z.object({ password: z.string().min(1).max(200) });

interface PasswordPromptProps {
  readonly title: string;
  readonly ask: string;
  readonly confirmLabel: string;
  readonly onConfirm: (password: string) => void;
  readonly isPending: boolean;
  readonly isDangerous?: boolean;
  readonly error: Error | null;
  readonly onClose: () => void;
}

export function PasswordPrompt(props: PasswordPromptProps) {
  const t = useWords(profileWords);
  const { title, ask, confirmLabel, onConfirm, isPending, isDangerous = false, error } = props;
  const { values, set, isInvalid, submit } = useForm({
    schema: Body,
    initial: { password: '' },
    onSubmit: ({ password }) => onConfirm(password),
  });
  const footer = (
    <>
      <Button onPress={props.onClose}>{t('cancel')}</Button>
      <Button
        look={isDangerous ? 'danger' : 'primary'}
        type="submit"
        form={FORM_ID}
        isPending={isPending}
      >
        {confirmLabel}
      </Button>
    </>
  );
  return (
    <Dialog isOpen onClose={props.onClose} title={title} footer={footer}>
      <form id={FORM_ID} className="form" onSubmit={submit} noValidate>
        <p>{ask}</p>
        {error === null ? null : <ErrorLine error={error} />}
        <TextField
          label={t('current')}
          type="password"
          value={values.password}
          onChange={(password) => set('password', password)}
          autoComplete="current-password"
          ref={focusOnMount}
          error={isInvalid('password') ? t('currentMissing') : undefined}
        />
      </form>
    </Dialog>
  );
}
