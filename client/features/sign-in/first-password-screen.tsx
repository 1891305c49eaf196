import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { z } from 'zod';
import { Password } from '../../../shared/account/account.ts';
import { call } from '../../api/call.ts';
import { useAccount, useRememberAccount } from '../../api/session.ts';
import { useForm } from '../../app/forms/use-form.ts';
import { useTitle } from '../../app/frame/use-title.ts';
import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { Notice } from '../../ui/notice.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { signInWords } from './sign-in-words.ts';

const Body = z
  .object({ current: z.string().min(1).max(200), next: Password, again: z.string() })
  .refine(({ next, again }) => next === again, { path: ['again'] });

function useFirstPassword() {
  const account = useAccount();
  const remember = useRememberAccount();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: ({ current, next }: { readonly current: string; readonly next: string }) =>
      call('session.changePassword', { body: { current, next } }),
    onSuccess: () => {
      if (account !== null) remember({ ...account, mustChangePassword: false });
      void navigate({ to: '/slides' });
    },
  });
}

/** Nothing else opens before the first password has been replaced. */
export function FirstPasswordScreen() {
  useTitle('firstPassword');
  const t = useWords(signInWords);
  const change = useFirstPassword();
  const { values, set, isInvalid, submit } = useForm({
    schema: Body,
    initial: { current: '', next: '', again: '' },
    onSubmit: (body) => change.mutate(body),
    error: change.error,
  });
  const field = (name: 'current' | 'next' | 'again') => ({
    type: 'password' as const,
    value: values[name],
    onChange: (text: string) => set(name, text),
    autoComplete: name === 'current' ? 'current-password' : 'new-password',
  });
  return (
    <div className="screen screen-form">
      <form className="form" onSubmit={submit} noValidate>
        <h1>{t('firstTitle')}</h1>
        <Notice>{t('firstWhy')}</Notice>
        {change.error === null ? null : <ErrorLine error={change.error} />}
        <TextField
          label={t('current')}
          {...field('current')}
          error={isInvalid('current') ? t('passwordMissing') : undefined}
        />
        <TextField
          label={t('next')}
          {...field('next')}
          hint={t('nextHint')}
          error={isInvalid('next') ? t('nextHint') : undefined}
        />
        <TextField
          label={t('again')}
          {...field('again')}
          error={isInvalid('again') ? t('againWrong') : undefined}
        />
        <Button type="submit" look="primary" isPending={change.isPending}>
          {t('save')}
        </Button>
      </form>
    </div>
  );
}
