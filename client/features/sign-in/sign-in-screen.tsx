import type { ReactNode } from 'react';
import type { Account } from '../../../shared/account/account.ts';
import { useTitle } from '../../app/frame/use-title.ts';
import { CodeStep } from './code-step.tsx';
import { DemoSignIns, VersionLine } from './demo-sign-ins.tsx';
import { PasswordStep } from './password-step.tsx';
import { SignInLayout } from './sign-in-layout.tsx';
import { useSignIn } from './use-sign-in.ts';

interface SignInScreenProps {
  /** Language and theme, put into the corner. */
  readonly switches: ReactNode;
  readonly onSignedIn: (account: Account) => void;
}

export function SignInScreen({ switches, onSignedIn }: SignInScreenProps) {
  useTitle('signIn');
  const signIn = useSignIn(onSignedIn);
  const { secondStep } = signIn;
  return (
    <SignInLayout corner={switches}>
      <div className="sign-in-form">
        {secondStep === null ? (
          <PasswordStep signIn={signIn} />
        ) : (
          <CodeStep signIn={signIn} credentials={secondStep} />
        )}
      </div>
      {secondStep === null ? <DemoSignIns signIn={signIn} /> : null}
      <VersionLine />
    </SignInLayout>
  );
}
