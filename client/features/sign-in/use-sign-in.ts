import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Account } from '../../../shared/account/account.ts';
import { call } from '../../api/call.ts';
import { hasCode } from '../../api/request-error.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface SignIn {
  /** Set once the server has asked for the second factor. */
  readonly secondStep: Credentials | null;
  readonly attempt: (credentials: Credentials, totp?: string) => void;
  readonly isPending: boolean;
  /** What went wrong; being asked for the code is not a failure. */
  readonly error: Error | null;
  readonly restart: () => void;
}

export function useSignIn(onSignedIn: (account: Account) => void): SignIn {
  const [secondStep, setSecondStep] = useState<Credentials | null>(null);
  const attempt = useMutation({
    mutationFn: (body: Credentials & { readonly totp?: string }) =>
      call('session.signIn', { body }),
    onSuccess: onSignedIn,
    onError: (error, { username, password }) => {
      if (hasCode(error, 'access.totp-required')) setSecondStep({ username, password });
    },
  });
  return {
    secondStep,
    attempt: (credentials, totp) =>
      attempt.mutate(totp === undefined ? credentials : { ...credentials, totp }),
    isPending: attempt.isPending,
    error: hasCode(attempt.error, 'access.totp-required') ? null : attempt.error,
    restart: () => {
      setSecondStep(null);
      attempt.reset();
    },
  };
}
