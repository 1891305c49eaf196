import type { Actor } from '../../shared/access/can.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { inScope, SYSTEM } from '../storage/database.ts';
import type { AccountDeps } from './account-deps.ts';
import { lockAccount, type AccountRow } from './account-store.ts';
import { endSessions } from './session-store.ts';

/**
 * Asks for the password again, before what a stolen browser must not be able to do. Guesses are counted.
 * @throws AppError 'access.wrong-password', 'request.too-many'
 */
export async function confirmPassword(
  deps: AccountDeps,
  actor: Actor,
  password: string,
): Promise<AccountRow> {
  await deps.guesses.account.consume(actor.accountId);
  const row = await inScope(deps.database, SYSTEM, (transaction) =>
    lockAccount(transaction, actor.accountId),
  );
  if (row === undefined || !(await deps.passwords.matches(row.password_hash, password))) {
    throw new AppError('access.wrong-password', 'the own password was not right');
  }
  await deps.guesses.account.forgive(actor.accountId);
  return row;
}

export interface PasswordChange {
  readonly current: string;
  readonly next: string;
  /** Digest of the sign-in that goes on. */
  readonly keep: Uint8Array;
}

/** Changes the own password; all other sign-ins end. */
export async function changeOwnPassword(
  deps: AccountDeps,
  actor: Actor,
  { current, next, keep }: PasswordChange,
): Promise<void> {
  const row = await confirmPassword(deps, actor, current);
  if (await deps.passwords.matches(row.password_hash, next)) {
    throw new AppError('access.same-password', 'the new password is the current one');
  }
  const passwordHash = await deps.passwords.hash(next);
  await inScope(deps.database, SYSTEM, async (transaction) => {
    await transaction
      .updateTable('accounts')
      .set({ password_hash: passwordHash, must_change_password: false })
      .where('id', '=', actor.accountId)
      .execute();
    await endSessions(transaction, actor.accountId, keep);
    await deps.recordAudit(transaction, {
      action: 'account.change-password',
      subject: `account:${actor.accountId}`,
      accountId: actor.accountId,
      hospitalId: actor.hospitalId,
    });
  });
  deps.sessions.drop({ kind: 'account', accountId: actor.accountId });
}
