import { useState } from 'react';
import type { SortDescriptor } from 'react-aria-components/Table';
import type { Account } from '../../../shared/account/account.ts';
import { useAccount } from '../../api/session.ts';
import { type Formats, useFormats } from '../../app/formats.ts';
import { type Translate, useWords } from '../../app/i18n.ts';
import { roleWords } from '../../app/role-words.ts';
import { Badge } from '../../ui/badge.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { StatusDot } from '../../ui/status-dot.tsx';
import { Table, type TableColumn } from '../../ui/table.tsx';
import { type AccountActions, AccountMenuButton } from './account-menu-button.tsx';
import { accountsWords } from './accounts-words.ts';

interface AccountTableProps {
  readonly accounts: readonly Account[];
  readonly actions: AccountActions;
}

export function hospitalOf(account: Account, formats: Formats): string {
  return formats.language === 'zh' ? account.hospitalNameZh : account.hospitalNameEn;
}

function NameCell({ account }: { readonly account: Account }) {
  const t = useWords(accountsWords);
  const isSelf = useAccount()?.id === account.id;
  return (
    <span className="account-name">
      {account.displayName}
      {isSelf ? <Badge tone="accent">{t('self')}</Badge> : null}
    </span>
  );
}

function StateCell({ account }: { readonly account: Account }) {
  const t = useWords(accountsWords);
  if (account.disabledAt !== null) return <StatusDot tone="neutral" text={t('disabled')} />;
  if (account.mustChangePassword) return <StatusDot tone="warning" text={t('firstPasswordDue')} />;
  return <StatusDot tone="success" text={t('active')} />;
}

interface Words {
  readonly t: Translate<(typeof accountsWords)['zh']>;
  readonly role: Translate<(typeof roleWords)['zh']>;
  readonly formats: Formats;
}

function makeColumns(words: Words, actions: AccountActions): readonly TableColumn<Account>[] {
  const { t, role, formats } = words;
  const sortable = { isSortable: true } as const;
  return [
    {
      ...sortable,
      id: 'displayName',
      title: t('displayName'),
      isRowHeader: true,
      render: (account) => <NameCell account={account} />,
    },
    { ...sortable, id: 'username', title: t('username'), render: (account) => account.username },
    { ...sortable, id: 'role', title: t('role'), render: (account) => role(account.role) },
    {
      ...sortable,
      id: 'hospital',
      title: t('hospital'),
      render: (account) => hospitalOf(account, formats),
    },
    {
      id: 'secondFactor',
      title: t('secondFactor'),
      render: (account) => (account.totpEnabled ? t('on') : t('off')),
    },
    { id: 'state', title: t('state'), render: (account) => <StateCell account={account} /> },
    {
      ...sortable,
      id: 'createdAt',
      title: t('created'),
      render: (account) => formats.date(account.createdAt),
    },
    {
      id: 'actions',
      title: t('actions'),
      hideTitle: true,
      align: 'end',
      width: 48,
      render: (account) => <AccountMenuButton account={account} actions={actions} />,
    },
  ];
}

function sortText(account: Account, column: string, formats: Formats): string {
  if (column === 'hospital') return hospitalOf(account, formats);
  if (column === 'username' || column === 'role' || column === 'createdAt') return account[column];
  return account.displayName;
}

export function AccountTable({ accounts, actions }: AccountTableProps) {
  const t = useWords(accountsWords);
  const role = useWords(roleWords);
  const formats = useFormats();
  const [sort, setSort] = useState<SortDescriptor>({
    column: 'displayName',
    direction: 'ascending',
  });
  const order = new Intl.Collator(formats.language === 'zh' ? 'zh-CN' : 'en');
  const sign = sort.direction === 'ascending' ? 1 : -1;
  const column = String(sort.column);
  const sorted = accounts.toSorted(
    (a, b) => sign * order.compare(sortText(a, column, formats), sortText(b, column, formats)),
  );
  return (
    <Table
      label={t('list')}
      columns={makeColumns({ t, role, formats }, actions)}
      items={sorted}
      sort={sort}
      onSort={setSort}
      empty={
        <EmptyState icon="search" title={t('noMatch')}>
          {t('noMatchNext')}
        </EmptyState>
      }
    />
  );
}
