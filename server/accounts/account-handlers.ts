import type { Resource } from '../../shared/access/can.ts';
import type { AccountId } from '../../shared/ids.ts';
import type { Handlers } from '../http/handler.ts';
import { inScope, SYSTEM, type Database } from '../storage/database.ts';
import type { AccountDeps } from './account-deps.ts';
import { listAccounts } from './account-store.ts';
import { createAccount, resetPassword, updateAccount } from './manage-account.ts';

type AccountName = Extract<keyof Handlers, `account.${string}`>;

/** The accounts that an administrator, or a hospital administrator, manages. */
export function accountHandlers(deps: AccountDeps): Pick<Handlers, AccountName> {
  return {
    'account.list': ({ actor }) =>
      inScope(deps.database, { kind: 'actor', actor }, (transaction) =>
        listAccounts(transaction, actor.role === 'administrator' ? null : actor.hospitalId),
      ),
    'account.create': ({ actor, body }) => createAccount(deps, actor, body),
    'account.update': ({ actor, params, body }) =>
      updateAccount(deps, actor, params.accountId, body),
    'account.resetPassword': async ({ actor, params, body }) => {
      await resetPassword(deps, actor, params.accountId, body.password);
      return undefined;
    },
  };
}

/** What can() needs to know of an account. */
export async function loadAccountResource(
  { database }: { readonly database: Database },
  id: AccountId,
): Promise<Extract<Resource, { kind: 'account' }> | undefined> {
  const row = await inScope(database, SYSTEM, (transaction) =>
    transaction
      .selectFrom('accounts')
      .select(['hospital_id', 'role'])
      .where('id', '=', id)
      .executeTakeFirst(),
  );
  if (row === undefined) return undefined;
  return { kind: 'account', hospitalId: row.hospital_id, role: row.role };
}
