import { roleMay, type Action, type Actor } from '../../shared/access/can.ts';
import { MAX_TOKENS, type TokenPurpose } from '../../shared/access/token.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { TokenId, type AccountId, type HospitalId } from '../../shared/ids.ts';
import type { Handlers } from '../http/handler.ts';
import { inScope } from '../storage/database.ts';
import type { AccountDeps } from './account-deps.ts';
import { createToken, listTokens, revokeToken } from './token-store.ts';

type TokenName = Extract<keyof Handlers, `token.${string}`>;

/** What a purpose is worth nothing without. */
const NEEDED: Readonly<Record<TokenPurpose, Action>> = {
  upload: 'upload.create',
  read: 'slide.view',
};

interface Revoked {
  readonly accountId: AccountId;
  readonly hospitalId: HospitalId;
  readonly tokenId: TokenId;
}

async function revoke(deps: AccountDeps, actor: Actor, revoked: Revoked): Promise<void> {
  const { accountId, hospitalId, tokenId } = revoked;
  await inScope(deps.database, { kind: 'actor', actor }, async (transaction) => {
    if (!(await revokeToken(transaction, accountId, tokenId, deps.now()))) {
      throw new AppError('request.not-found', 'no such token of this account');
    }
    await deps.recordAudit(transaction, {
      action: 'token.revoke',
      subject: `token:${tokenId}`,
      accountId: actor.accountId,
      hospitalId,
      detail: { of: accountId },
    });
  });
  deps.sessions.drop({ kind: 'sign-in', id: tokenId });
}

async function create(
  deps: AccountDeps,
  actor: Actor,
  wanted: { readonly name: string; readonly purpose: TokenPurpose; readonly days: number },
) {
  if (!roleMay(actor.role, NEEDED[wanted.purpose])) {
    throw new AppError('access.refused', `${actor.role} may not ${NEEDED[wanted.purpose]}`);
  }
  return await inScope(deps.database, { kind: 'actor', actor }, async (transaction) => {
    const known = await listTokens(transaction, actor.accountId);
    if (known.length >= MAX_TOKENS) {
      throw new AppError('access.too-many-tokens', 'limit', { fields: { limit: MAX_TOKENS } });
    }
    const id = TokenId.parse(deps.newId());
    const { accountId, hospitalId } = actor;
    const made = await createToken(transaction, { ...wanted, id, accountId, nowMs: deps.now() });
    await deps.recordAudit(transaction, {
      action: 'token.create',
      subject: `token:${id}`,
      accountId,
      hospitalId,
      detail: { purpose: wanted.purpose, days: wanted.days },
    });
    return made;
  });
}

/** Access tokens for programs: the own ones, and those of accounts that one manages. */
export function tokenHandlers(deps: AccountDeps): Pick<Handlers, TokenName> {
  return {
    'token.list': ({ actor }) =>
      inScope(deps.database, { kind: 'actor', actor }, (transaction) =>
        listTokens(transaction, actor.accountId),
      ),
    'token.create': ({ actor, body }) => create(deps, actor, body),
    'token.revoke': async ({ actor, params: { tokenId } }) => {
      const { accountId, hospitalId } = actor;
      await revoke(deps, actor, { accountId, hospitalId, tokenId });
      return undefined;
    },
    'token.listOf': ({ actor, params }) =>
      inScope(deps.database, { kind: 'actor', actor }, (transaction) =>
        listTokens(transaction, params.accountId),
      ),
    'token.revokeOf': async ({ actor, params: { accountId, tokenId }, resource }) => {
      const hospitalId = resource?.hospitalId ?? actor.hospitalId;
      await revoke(deps, actor, { accountId, hospitalId, tokenId });
      return undefined;
    },
  };
}
