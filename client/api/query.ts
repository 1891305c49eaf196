import { MutationCache, QueryCache, QueryClient, queryOptions } from '@tanstack/react-query';
import type { ReplyOf } from '../../shared/api/endpoint.ts';
import type { PageEndpointName, PageEndpointOf } from '../../shared/api/page-endpoints.ts';
import { AppError, ERRORS } from '../../shared/errors/app-error.ts';
import { type CallInput, performCall, type PlainInput } from './call.ts';
import { hasCode } from './request-error.ts';

function worthRetrying(failures: number, error: unknown): boolean {
  if (failures >= 2) return false;
  return error instanceof AppError && ERRORS[error.code].status >= 500;
}

interface Needs {
  /** The server says that nobody is signed in any more. */
  readonly onUnsigned: () => void;
  /** The first password must be changed before anything else. */
  readonly onPasswordDue: () => void;
}

export function makeQueryClient({ onUnsigned, onPasswordDue }: Needs): QueryClient {
  const onError = (error: unknown) => {
    if (hasCode(error, 'access.unsigned')) onUnsigned();
    if (hasCode(error, 'access.password-change-required')) onPasswordDue();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        networkMode: 'always',
        staleTime: 10_000,
        retry: worthRetrying,
        refetchOnWindowFocus: true,
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}

/** Key of a call; `keyOf('slide.list')` alone names all its variants, for invalidation. */
export function keyOf(name: PageEndpointName, input?: unknown): readonly unknown[] {
  return input === undefined ? [name] : [name, input];
}

/** Options for useQuery that call one endpoint: `useQuery(callOptions('slide.get', { params }))`. */
export function callOptions<Name extends PageEndpointName>(
  name: Name,
  input: Omit<CallInput<Name>, 'signal'>,
) {
  return queryOptions<ReplyOf<PageEndpointOf<Name>>>({
    queryKey: keyOf(name, input),
    queryFn: async ({ signal }) =>
      (await performCall(name, { ...(input as PlainInput), signal })) as ReplyOf<
        PageEndpointOf<Name>
      >,
  });
}
