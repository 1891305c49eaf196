import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Account } from '../../../shared/account/account.ts';
import { callOptions } from '../../api/query.ts';
import { useMay } from '../../api/session.ts';
import { Loading } from '../../app/frame/loading.tsx';
import { useTitle } from '../../app/frame/use-title.ts';
import { useWords } from '../../app/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorLine, ErrorPanel } from '../../ui/error-panel.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { showToast } from '../../ui/toast.tsx';
import { useUpdateAccount } from './account-commands.ts';
import { AccountTable } from './account-table.tsx';
import './accounts.css';
import { accountsWords } from './accounts-words.ts';
import { CreateAccountDialog } from './create-account-dialog.tsx';
import { DisableAccountDialog } from './disable-account-dialog.tsx';
import { EditAccountDialog } from './edit-account-dialog.tsx';
import { FirstPasswordDialog } from './first-password-dialog.tsx';
import { AccountTokensDialog } from './account-tokens-dialog.tsx';
import { ResetPasswordDialog } from './reset-password-dialog.tsx';

type OpenDialog =
  | { readonly kind: 'none' }
  | { readonly kind: 'create' }
  | { readonly kind: 'edit' | 'disable' | 'reset' | 'tokens'; readonly account: Account }
  | { readonly kind: 'password'; readonly name: string; readonly password: string };

interface DialogsProps {
  readonly dialog: OpenDialog;
  readonly onChange: (dialog: OpenDialog) => void;
}

function Dialogs({ dialog, onChange }: DialogsProps) {
  const onClose = () => onChange({ kind: 'none' });
  const showPassword = (account: Account, password: string) =>
    onChange({ kind: 'password', name: account.displayName, password });
  switch (dialog.kind) {
    case 'none':
      return null;
    case 'create':
      return <CreateAccountDialog onClose={onClose} onMade={showPassword} />;
    case 'edit':
      return <EditAccountDialog account={dialog.account} onClose={onClose} />;
    case 'disable':
      return <DisableAccountDialog account={dialog.account} onClose={onClose} />;
    case 'reset':
      return (
        <ResetPasswordDialog account={dialog.account} onClose={onClose} onReset={showPassword} />
      );
    case 'tokens':
      return <AccountTokensDialog account={dialog.account} onClose={onClose} />;
    case 'password':
      return (
        <FirstPasswordDialog name={dialog.name} password={dialog.password} onClose={onClose} />
      );
  }
}

function matches(account: Account, wanted: string): boolean {
  const { displayName, username, hospitalNameZh, hospitalNameEn } = account;
  const text = [displayName, username, hospitalNameZh, hospitalNameEn].join('\n').toLowerCase();
  return text.includes(wanted.trim().toLowerCase());
}

export function AccountsScreen() {
  useTitle('accounts');
  const t = useWords(accountsWords);
  const mayManage = useMay('account.manage');
  const accounts = useQuery(callOptions('account.list', {}));
  const [search, setSearch] = useState('');
  const [dialog, setDialog] = useState<OpenDialog>({ kind: 'none' });
  const enable = useUpdateAccount((saved) =>
    showToast({ title: t('enabledToast', { name: saved.displayName }), tone: 'success' }),
  );
  const actions = {
    edit: (account: Account) => setDialog({ kind: 'edit', account }),
    disable: (account: Account) => setDialog({ kind: 'disable', account }),
    reset: (account: Account) => setDialog({ kind: 'reset', account }),
    tokens: (account: Account) => setDialog({ kind: 'tokens', account }),
    enable: (account: Account) => enable.mutate({ account, change: { disabled: false } }),
  };
  return (
    <div className="screen">
      <div className="screen-head">
        <h1>{t('title')}</h1>
        <SearchField
          className="accounts-search"
          label={t('search')}
          value={search}
          onChange={setSearch}
        />
        <div className="screen-head-end">
          {mayManage ? (
            <Button look="primary" icon="plus" onPress={() => setDialog({ kind: 'create' })}>
              {t('create')}
            </Button>
          ) : null}
        </div>
      </div>
      {enable.error === null ? null : <ErrorLine error={enable.error} />}
      {accounts.isPending ? <Loading /> : null}
      {accounts.error === null ? null : (
        <ErrorPanel error={accounts.error} onRetry={() => void accounts.refetch()} />
      )}
      {accounts.data === undefined ? null : (
        <AccountTable
          accounts={accounts.data.filter((account) => matches(account, search))}
          actions={actions}
        />
      )}
      <Dialogs dialog={dialog} onChange={setDialog} />
    </div>
  );
}
