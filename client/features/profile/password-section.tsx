import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { z } from 'zod';
import { Password } from '../../../shared/account/account.ts';
import { call } from '../../api/call.ts';
import { useForm } from '../../app/forms/use-form.ts';
import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast.tsx';
import { profileWords } from './profile-words.ts';
import { Section } from './section.tsx';

const Body = z
  .object({ current: z.string().min(1).max(200), next: Password, again: z.string() })
  .refine(({ next, again }) => next === again, { path: ['again'] });

function PasswordForm({ onChanged }: { readonly onChanged: () => void }) {
  const t = useWords(profileWords);
  const change = useMutation({
    mutationFn: ({ current, next }: { readonly current: string; readonly next: string }) =>
      call('session.changePassword', { body: { current, next } }),
    onSuccess: onChanged,
  });
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
    <form className="form profile-form" onSubmit={submit} noValidate>
      {change.error === null ? null : <ErrorLine error={change.error} />}
      <TextField
        label={t('current')}
        {...field('current')}
        error={isInvalid('current') ? t('currentMissing') : undefined}
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
      <Button type="submit" isPending={change.isPending}>
        {t('change')}
      </Button>
    </form>
  );
}

export function PasswordSection() {
  const t = useWords(profileWords);
  const [round, setRound] = useState(0);
  const changed = () => {
    showToast({ title: t('changed'), tone: 'success' });
    setRound(round + 1); // an empty form again
  };
  return (
    <Section title={t('password')} hint={t('passwordHint')}>
      <PasswordForm key={round} onChanged={changed} />
    </Section>
  );
}
