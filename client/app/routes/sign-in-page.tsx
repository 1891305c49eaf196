import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { Suspense } from 'react';
import type { Account } from '../../../shared/account/account.ts';
import { useRememberAccount } from '../../api/session.ts';
import { usePreferences } from '../../state/preferences.ts';
import { LanguageSwitch } from '../frame/language-switch.tsx';
import { Loading } from '../frame/loading.tsx';
import { ThemeSwitch } from '../frame/theme-switch.tsx';
import { chooseLanguage } from '../i18n.ts';
import { SignInScreen } from '../screens.ts';

export function SignInPage() {
  const { to } = useSearch({ from: '/sign-in' });
  const navigate = useNavigate();
  const router = useRouter();
  const remember = useRememberAccount();
  const enter = (account: Account) => {
    remember(account);
    if (usePreferences.getState().language === null) chooseLanguage(account.locale);
    if (account.mustChangePassword) void navigate({ to: '/first-password' });
    else if (to === undefined) void navigate({ to: '/slides' });
    else router.history.push(to);
  };
  const switches = (
    <>
      <ThemeSwitch />
      <LanguageSwitch />
    </>
  );
  return (
    <Suspense fallback={<Loading />}>
      <SignInScreen switches={switches} onSignedIn={enter} />
    </Suspense>
  );
}
