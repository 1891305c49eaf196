import { z } from 'zod';
import { useForm } from '../../app/forms/use-form.ts';
import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { signInWords } from './sign-in-words.ts';
import type { SignIn } from './use-sign-in.ts';

const Body = z.object({ username: z.string().trim().min(1).max(64), password: z.string().min(1) });

export function PasswordStep({ signIn }: { readonly signIn: SignIn }) {
  const t = useWords(signInWords);
  const { values, set, isInvalid, submit } = useForm({
    schema: Body,
    initial: { username: '', password: '' },
    onSubmit: (credentials) => signIn.attempt(credentials),
  });
  return (
    <form className="form" onSubmit={submit} noValidate>
      <h1>{t('title')}</h1>
      {signIn.error === null ? null : <ErrorLine error={signIn.error} />}
      <TextField
        label={t('username')}
        value={values.username}
        onChange={(username) => set('username', username)}
        autoComplete="username"
        spellCheck="false"
        error={isInvalid('username') ? t('usernameMissing') : undefined}
      />
      <TextField
        label={t('password')}
        type="password"
        value={values.password}
        onChange={(password) => set('password', password)}
        autoComplete="current-password"
        error={isInvalid('password') ? t('passwordMissing') : undefined}
      />
      <Button type="submit" look="primary" isPending={signIn.isPending}>
        {t('enter')}
      </Button>
    </form>
  );
}
