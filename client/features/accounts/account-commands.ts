import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type { Account } from '../../../shared/account/account.ts';
import { PAGE_ENDPOINTS } from '../../../shared/api/page-endpoints.ts';
import { call } from '../../api/call.ts';
import { keyOf } from '../../api/query.ts';

export const NewAccount = PAGE_ENDPOINTS['account.create'].body.omit({ password: true });
export type NewAccount = z.output<typeof NewAccount>;
export const AccountChange = PAGE_ENDPOINTS['account.update'].body;
export type AccountChange = z.output<typeof AccountChange>;

function useRefresh(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: keyOf('account.list') });
}

export function useCreateAccount(onMade: (account: Account, password: string) => void) {
  const onSettled = useRefresh();
  return useMutation({
    mutationFn: (body: NewAccount & { readonly password: string }) =>
      call('account.create', { body }),
    onSuccess: (account, { password }) => onMade(account, password),
    onSettled,
  });
}

export function useUpdateAccount(onSaved: (account: Account) => void) {
  const onSettled = useRefresh();
  return useMutation({
    mutationFn: ({
      account,
      change,
    }: {
      readonly account: Account;
      readonly change: AccountChange;
    }) => call('account.update', { params: { accountId: account.id }, body: change }),
    onSuccess: onSaved,
    onSettled,
  });
}

export function useResetPassword(onReset: (account: Account, password: string) => void) {
  const onSettled = useRefresh();
  return useMutation({
    mutationFn: ({ account, password }: { readonly account: Account; readonly password: string }) =>
      call('account.resetPassword', { params: { accountId: account.id }, body: { password } }),
    onSuccess: (_reply, { account, password }) => onReset(account, password),
    onSettled,
  });
}
