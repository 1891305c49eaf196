import { z } from 'zod';
import { useForm } from '../../app/forms/use-form.ts';
import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorLine } from '../../ui/error-panel.tsx';
import { focusOnMount } from '../../ui/focus-on-mount.ts';
import { TextField } from '../../ui/text-field.tsx';
import { signInWords } from './sign-in-words.ts';
import type { Credentials, SignIn } from './use-sign-in.ts';

/** Chinese input methods type full-width digits. */
function plainDigits(text: string): string {
  return text.normalize('NFKC').replace(/\D/g, '').slice(0, 6);
}

const Body = z.object({ totp: z.string().regex(/^\d{6}$/) });

interface CodeStepProps {
  readonly signIn: SignIn;
  readonly credentials: Credentials;
}

export function CodeStep({ signIn, credentials }: CodeStepProps) {
  const t = useWords(signInWords);
  const { values, set, isInvalid, submit } = useForm({
    schema: Body,
    initial: { totp: '' },
    onSubmit: ({ totp }) => signIn.attempt(credentials, totp),
  });
  return (
    <form className="form" onSubmit={submit} noValidate>
      <h1>{t('totpTitle')}</h1>
      {signIn.error === null ? null : <ErrorLine error={signIn.error} />}
      <TextField
        label={t('totp')}
        hint={t('totpHint')}
        value={values.totp}
        onChange={(totp) => set('totp', plainDigits(totp))}
        inputMode="numeric"
        autoComplete="one-time-code"
        ref={focusOnMount}
        error={isInvalid('totp') ? t('totpMissing') : undefined}
      />
      <Button type="submit" look="primary" isPending={signIn.isPending}>
        {t('confirm')}
      </Button>
      <Button look="quiet" icon="arrow-left" onPress={signIn.restart}>
        {t('back')}
      </Button>
    </form>
  );
}
