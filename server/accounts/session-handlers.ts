import { AppError } from '../../shared/errors/app-error.ts';
import { PLAIN_COOKIE, sessionTokenOf, tokenDigest } from '../http/authenticate.ts';
import type { CookieChange, Handlers } from '../http/handler.ts';
import { inScope, SYSTEM } from '../storage/database.ts';
import type { AccountDeps } from './account-deps.ts';
import { getAccount } from './account-store.ts';
import { changeOwnPassword } from './own-password.ts';
import { ABSOLUTE_MS, endSession, listSessions, signInId } from './session-store.ts';
import { signIn } from './sign-in.ts';

type SessionName = Extract<keyof Handlers, `session.${string}`>;

function cookieOf(token: string | null): CookieChange {
  return { name: PLAIN_COOKIE, value: token, maxAgeSeconds: ABSOLUTE_MS / 1000 };
}

/** Digest of the token that this request came with. Signed endpoints are only reached with one. */
function ownDigest(deps: AccountDeps, cookieHeader: string | undefined): Uint8Array {
  const token = sessionTokenOf(cookieHeader, deps.acceptPlainCookie);
  if (token === undefined) throw new AppError('access.unsigned', 'no token in the cookie');
  return tokenDigest(token);
}

function signingHandlers(
  deps: AccountDeps,
): Pick<Handlers, 'session.signIn' | 'session.signOut' | 'session.current'> {
  return {
    'session.signIn': async ({ body, address, header }) => {
      const { account, token } = await signIn(deps, {
        username: body.username,
        password: body.password,
        totp: body.totp,
        address,
        userAgent: header('user-agent') ?? '',
        cookieHeader: header('cookie'),
      });
      return { reply: account, cookies: [cookieOf(token)] };
    },
    'session.signOut': async ({ actor, header }) => {
      const id = signInId(ownDigest(deps, header('cookie')));
      await inScope(deps.database, { kind: 'actor', actor }, (transaction) =>
        endSession(transaction, actor.accountId, id),
      );
      deps.sessions.drop({ kind: 'sign-in', id });
      return { reply: undefined, cookies: [cookieOf(null)] };
    },
    'session.current': ({ actor }) =>
      inScope(deps.database, { kind: 'actor', actor }, (transaction) =>
        getAccount(transaction, actor.accountId),
      ),
  };
}

/** Signing in and out, the own sign-ins, the own password and language. */
export function sessionHandlers(deps: AccountDeps): Pick<Handlers, SessionName> {
  return {
    ...signingHandlers(deps),
    'session.list': ({ actor, header }) =>
      inScope(deps.database, { kind: 'actor', actor }, (transaction) =>
        listSessions(transaction, actor.accountId, ownDigest(deps, header('cookie')), deps.now()),
      ),
    'session.revoke': async ({ actor, params }) => {
      const ended = await inScope(deps.database, { kind: 'actor', actor }, (transaction) =>
        endSession(transaction, actor.accountId, params.id),
      );
      if (!ended) throw new AppError('request.not-found', 'no such sign-in of this account');
      deps.sessions.drop({ kind: 'sign-in', id: params.id });
      return undefined;
    },
    'session.changePassword': async ({ actor, body, header }) => {
      await changeOwnPassword(deps, actor, { ...body, keep: ownDigest(deps, header('cookie')) });
      return undefined;
    },
    'session.setLocale': ({ actor, body }) =>
      // As the system, with the caller's own id: no policy lets an administrator's row be written by others.
      inScope(deps.database, SYSTEM, async (transaction) => {
        await transaction
          .updateTable('accounts')
          .set({ locale: body.locale })
          .where('id', '=', actor.accountId)
          .execute();
        return await getAccount(transaction, actor.accountId);
      }),
  };
}
