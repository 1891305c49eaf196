import type { Account } from '../../../shared/account/account.ts';
import { can } from '../../../shared/access/can.ts';
import { actorOf, useAccount } from '../../api/session.ts';
import { useWords } from '../../app/i18n.ts';
import { useNow } from '../../app/use-now.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { accountsWords } from './accounts-words.ts';

export interface AccountActions {
  readonly edit: (account: Account) => void;
  readonly disable: (account: Account) => void;
  readonly enable: (account: Account) => void;
  readonly reset: (account: Account) => void;
  readonly tokens: (account: Account) => void;
}

type Words = (key: 'enable' | 'disable') => string;

function disableOrEnable(account: Account, actions: AccountActions, t: Words) {
  if (account.disabledAt !== null) {
    return {
      kind: 'action',
      id: 'enable',
      text: t('enable'),
      icon: 'check',
      onAction: () => actions.enable(account),
    } as const;
  }
  return {
    kind: 'action',
    id: 'disable',
    text: t('disable'),
    icon: 'lock',
    isDangerous: true,
    onAction: () => actions.disable(account),
  } as const;
}

export function AccountMenuButton({
  account,
  actions,
}: {
  account: Account;
  actions: AccountActions;
}) {
  const t = useWords(accountsWords);
  const me = useAccount();
  const nowMs = useNow();
  const resource = { kind: 'account', hospitalId: account.hospitalId, role: account.role } as const;
  if (me === null || !can(actorOf(me), 'account.manage', resource, nowMs)) return null;
  const label = t('actionsOf', { name: account.displayName });
  const isSelf = me.id === account.id;
  return (
    <Menu
      label={label}
      trigger={<IconButton icon="more" size="small" label={label} />}
      entries={[
        {
          kind: 'action',
          id: 'edit',
          text: t('edit'),
          icon: 'edit',
          onAction: () => actions.edit(account),
        },
        {
          kind: 'action',
          id: 'reset',
          text: t('resetPassword'),
          icon: 'key',
          isDisabled: isSelf,
          onAction: () => actions.reset(account),
        },
        {
          kind: 'action',
          id: 'tokens',
          text: t('tokens'),
          icon: 'link',
          onAction: () => actions.tokens(account),
        },
        { kind: 'separator', id: 'line' },
        { ...disableOrEnable(account, actions, t), isDisabled: isSelf },
      ]}
    />
  );
}
