import { randomBytes } from 'node:crypto';
import type { SignInSession } from '../../shared/api/endpoints/accounts.ts';
import type { AccountId } from '../../shared/ids.ts';
import { tokenDigest, type LoadSignIn } from '../http/authenticate.ts';
import {
  inScope,
  sql,
  SYSTEM,
  type Database,
  type DatabaseTransaction,
} from '../storage/database.ts';

/** OWASP ASVS 5.0, 7.3: ends when unused for so long … */
export const IDLE_MS = 30 * 60_000;
/** … and after a working day in any case. */
export const ABSOLUTE_MS = 12 * 3_600_000;
/** A reader at work asks for tiles all the time; a write each minute is enough to know it. */
const SEEN_EVERY_MS = 60_000;

/** Names a sign-in to its owner: the first 8 bytes of the token's SHA-256, which let nobody in. */
export function signInId(digest: Uint8Array): string {
  return Buffer.from(digest.subarray(0, 8)).toString('hex');
}

export interface NewSession {
  readonly accountId: AccountId;
  readonly nowMs: number;
  readonly userAgent: string;
  readonly address: string;
}

/** Makes a sign-in and answers its token, which is kept nowhere else. */
export async function createSession(
  transaction: DatabaseTransaction,
  { accountId, nowMs, userAgent, address }: NewSession,
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const now = new Date(nowMs);
  await transaction.deleteFrom('sessions').where('expires_at', '<', now).execute();
  await transaction
    .insertInto('sessions')
    .values({
      token_hash: tokenDigest(token),
      account_id: accountId,
      created_at: now,
      seen_at: now,
      expires_at: new Date(nowMs + ABSOLUTE_MS),
      user_agent: userAgent.slice(0, 300),
      address: address.slice(0, 60),
    })
    .execute();
  return token;
}

/** Loads what a token stands for, while it is in force. Also ended: disabled accounts and hospitals. */
export function createLoadSignIn(needs: {
  readonly database: Database;
  readonly now: () => number;
  /** Left out: asking counts as a use of the sign-in. False: it does not, as of a page that only stays open. */
  readonly countsAsUse?: boolean;
}): LoadSignIn {
  const { countsAsUse = true } = needs;
  return (digest) =>
    inScope(needs.database, SYSTEM, async (transaction) => {
      const nowMs = needs.now();
      const row = await transaction
        .selectFrom('sessions')
        .innerJoin('accounts', 'accounts.id', 'sessions.account_id')
        .innerJoin('hospitals', 'hospitals.id', 'accounts.hospital_id')
        .select(['sessions.seen_at', 'sessions.expires_at', 'accounts.id', 'accounts.role'])
        .select(['accounts.hospital_id', 'accounts.must_change_password'])
        .where('sessions.token_hash', '=', digest)
        .where('sessions.expires_at', '>', new Date(nowMs))
        .where('sessions.seen_at', '>', new Date(nowMs - IDLE_MS))
        .where('accounts.disabled_at', 'is', null)
        .where('hospitals.disabled_at', 'is', null)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      if (countsAsUse && nowMs - row.seen_at.getTime() >= SEEN_EVERY_MS) {
        await transaction
          .updateTable('sessions')
          .set({ seen_at: new Date(nowMs) })
          .where('token_hash', '=', digest)
          .execute();
      }
      return {
        actor: { accountId: row.id, role: row.role, hospitalId: row.hospital_id },
        id: signInId(digest),
        mustChangePassword: row.must_change_password,
        endsAtMs: Math.min(row.expires_at.getTime(), nowMs + IDLE_MS),
      };
    });
}

/** @param current digest of the caller's own token */
export async function listSessions(
  transaction: DatabaseTransaction,
  accountId: AccountId,
  current: Uint8Array,
  nowMs: number,
): Promise<SignInSession[]> {
  const rows = await transaction
    .selectFrom('sessions')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('expires_at', '>', new Date(nowMs))
    .where('seen_at', '>', new Date(nowMs - IDLE_MS))
    .orderBy('seen_at', 'desc')
    .execute();
  return rows.map((row) => ({
    id: signInId(row.token_hash),
    createdAt: row.created_at.toISOString(),
    seenAt: row.seen_at.toISOString(),
    userAgent: row.user_agent,
    current: Buffer.compare(row.token_hash, current) === 0,
  }));
}

/** Ends one sign-in of this account; false: it has none of this id. */
export async function endSession(
  transaction: DatabaseTransaction,
  accountId: AccountId,
  id: string,
): Promise<boolean> {
  const ended = await transaction
    .deleteFrom('sessions')
    .where('account_id', '=', accountId)
    .where(sql<boolean>`encode(substring(token_hash from 1 for 8), 'hex') = ${id}`)
    .executeTakeFirst();
  return ended.numDeletedRows > 0n;
}

/** @param keep digest of the one sign-in that goes on */
export async function endSessions(
  transaction: DatabaseTransaction,
  accountId: AccountId,
  keep?: Uint8Array,
): Promise<void> {
  let query = transaction.deleteFrom('sessions').where('account_id', '=', accountId);
  if (keep !== undefined) query = query.where('token_hash', '!=', keep);
  await query.execute();
}
