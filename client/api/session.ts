import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Action, type Actor, can, type Resource } from '../../shared/access/can.ts';
import type { Account } from '../../shared/account/account.ts';
import { call } from './call.ts';
import { keyOf } from './query.ts';
import { hasCode } from './request-error.ts';

/** Who is signed in, or null. The server owns it; this is its cached word. */
export const sessionQuery = queryOptions({
  queryKey: keyOf('session.current'),
  queryFn: async ({ signal }): Promise<Account | null> => {
    try {
      return await call('session.current', { signal });
    } catch (error) {
      if (hasCode(error, 'access.unsigned')) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

export function useAccount(): Account | null {
  return useQuery(sessionQuery).data ?? null;
}

export function actorOf(account: Account): Actor {
  return { accountId: account.id, role: account.role, hospitalId: account.hospitalId };
}

/** Whether to show what the server would refuse; shares are judged at the time of its last word. */
export function useMay(action: Action, resource: Resource | null = null): boolean {
  const { data: account, dataUpdatedAt } = useQuery(sessionQuery);
  if (account === undefined || account === null) return false;
  return can(actorOf(account), action, resource, dataUpdatedAt);
}

/** Puts the server's newest word about the own account where everybody reads it. */
export function useRememberAccount(): (account: Account | null) => void {
  const queries = useQueryClient();
  return (account) => queries.setQueryData(sessionQuery.queryKey, account);
}
