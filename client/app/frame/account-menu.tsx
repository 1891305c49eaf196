import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Account } from '../../../shared/account/account.ts';
import { call } from '../../api/call.ts';
import { useRememberAccount } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { appWords } from '../app-words.ts';
import { useWords } from '../i18n.ts';
import { roleWords } from '../role-words.ts';

/** Ends the session here and on the server; the page starts afresh so that nothing of it stays in memory. */
export function useSignOut(): () => void {
  const remember = useRememberAccount();
  const navigate = useNavigate();
  const signOut = useMutation({
    mutationFn: () => call('session.signOut'),
    onSettled: async () => {
      remember(null);
      await navigate({ to: '/sign-in', reloadDocument: true });
    },
  });
  return () => signOut.mutate();
}

export function AccountMenu({ account }: { readonly account: Account }) {
  const t = useWords(appWords);
  const role = useWords(roleWords);
  const navigate = useNavigate();
  const signOut = useSignOut();
  return (
    <Menu
      label={t('accountMenu')}
      trigger={
        <Button look="quiet" icon="user" className="frame-account">
          <span className="frame-account-name">{account.displayName}</span>
          <span className="frame-account-role">{role(account.role)}</span>
          <span className="ui-visually-hidden">{t('accountMenu')}</span>
        </Button>
      }
      entries={[
        {
          kind: 'action',
          id: 'profile',
          text: t('profile'),
          icon: 'settings',
          onAction: () => void navigate({ to: '/profile' }),
        },
        { kind: 'separator', id: 'line' },
        { kind: 'action', id: 'out', text: t('signOut'), icon: 'sign-out', onAction: signOut },
      ]}
    />
  );
}
