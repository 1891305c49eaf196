import { randomBytes } from 'node:crypto';
import { TOKEN_PREFIX, type AccessToken, type TokenPurpose } from '../../shared/access/token.ts';
import type { AccountId, TokenId } from '../../shared/ids.ts';
import { tokenDigest, type LoadSignIn } from '../http/authenticate.ts';
import { inScope, SYSTEM, type Database, type DatabaseTransaction } from '../storage/database.ts';
import type { Row } from '../storage/schema.ts';

/** A program may ask without end; a write each minute is enough to know when it last did. */
const USED_EVERY_MS = 60_000;
const DAY_MS = 86_400_000;
const HINT_LENGTH = 4;

export interface NewToken {
  readonly id: TokenId;
  readonly accountId: AccountId;
  readonly name: string;
  readonly purpose: TokenPurpose;
  readonly days: number;
  readonly nowMs: number;
}

function describeToken(row: Row<'access_tokens'>): AccessToken {
  return {
    id: row.id,
    name: row.name,
    purpose: row.purpose,
    hint: row.hint,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}

/** Makes a token; `secret` is kept nowhere. */
export async function createToken(
  transaction: DatabaseTransaction,
  { id, accountId, name, purpose, days, nowMs }: NewToken,
): Promise<{ readonly token: AccessToken; readonly secret: string }> {
  const random = randomBytes(32).toString('base64url');
  const secret = TOKEN_PREFIX + random;
  const row = await transaction
    .insertInto('access_tokens')
    .values({
      id,
      account_id: accountId,
      token_hash: tokenDigest(secret),
      name,
      purpose,
      hint: random.slice(0, HINT_LENGTH),
      created_at: new Date(nowMs),
      expires_at: new Date(nowMs + days * DAY_MS),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { token: describeToken(row), secret };
}

/** Those that are not revoked, newest first; expired ones too, so that their owner sees why it stopped. */
export async function listTokens(
  transaction: DatabaseTransaction,
  accountId: AccountId,
): Promise<AccessToken[]> {
  const rows = await transaction
    .selectFrom('access_tokens')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('revoked_at', 'is', null)
    .orderBy('created_at', 'desc')
    .execute();
  return rows.map(describeToken);
}

/** False: this account has no such token in force. */
export async function revokeToken(
  transaction: DatabaseTransaction,
  accountId: AccountId,
  id: TokenId,
  nowMs: number,
): Promise<boolean> {
  const revoked = await transaction
    .updateTable('access_tokens')
    .set({ revoked_at: new Date(nowMs) })
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return revoked.numUpdatedRows > 0n;
}

/** Whoever loses the password by an administrator's hand loses the tokens made with it. */
export async function revokeTokens(
  transaction: DatabaseTransaction,
  accountId: AccountId,
  nowMs: number,
): Promise<void> {
  await transaction
    .updateTable('access_tokens')
    .set({ revoked_at: new Date(nowMs) })
    .where('account_id', '=', accountId)
    .where('revoked_at', 'is', null)
    .execute();
}

/** Loads what a token stands for, while token, account and hospital are in force. */
export function createLoadToken(needs: {
  readonly database: Database;
  readonly now: () => number;
}): LoadSignIn {
  return (digest) =>
    inScope(needs.database, SYSTEM, async (transaction) => {
      const nowMs = needs.now();
      const row = await transaction
        .selectFrom('access_tokens')
        .innerJoin('accounts', 'accounts.id', 'access_tokens.account_id')
        .innerJoin('hospitals', 'hospitals.id', 'accounts.hospital_id')
        .select(['access_tokens.id as token_id', 'access_tokens.purpose'])
        .select(['access_tokens.last_used_at', 'access_tokens.expires_at'])
        .select(['accounts.id', 'accounts.role', 'accounts.hospital_id'])
        .select('accounts.must_change_password')
        .where('access_tokens.token_hash', '=', digest)
        .where('access_tokens.expires_at', '>', new Date(nowMs))
        .where('access_tokens.revoked_at', 'is', null)
        .where('accounts.disabled_at', 'is', null)
        .where('hospitals.disabled_at', 'is', null)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      if (nowMs - (row.last_used_at?.getTime() ?? 0) >= USED_EVERY_MS) {
        await transaction
          .updateTable('access_tokens')
          .set({ last_used_at: new Date(nowMs) })
          .where('id', '=', row.token_id)
          .execute();
      }
      const { id: accountId, role, hospital_id: hospitalId, purpose: tokenPurpose } = row;
      return {
        actor: { accountId, role, hospitalId, tokenPurpose },
        id: row.token_id,
        mustChangePassword: row.must_change_password,
        endsAtMs: row.expires_at.getTime(),
      };
    });
}
