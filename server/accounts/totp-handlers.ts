import type { Account } from '../../shared/account/account.ts';
import type { Actor } from '../../shared/access/can.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { Handlers } from '../http/handler.ts';
import { inScope, SYSTEM } from '../storage/database.ts';
import type { AccountDeps } from './account-deps.ts';
import { getAccount, lockAccount } from './account-store.ts';
import { confirmPassword } from './own-password.ts';
import { acceptedStep, newTotpSecret, otpauthUri } from './totp.ts';

type TotpName = Extract<keyof Handlers, `totp.${string}`>;

interface SecretColumns {
  readonly totp_secret?: string | null;
  readonly totp_pending_secret?: string | null;
  readonly totp_last_step?: number | null;
}

/** Writes the own second factor, with its audit event, and answers the account as it is now. */
async function writeFactor(
  deps: AccountDeps,
  actor: Actor,
  action: string,
  columns: SecretColumns,
): Promise<Account> {
  return await inScope(deps.database, SYSTEM, async (transaction) => {
    await transaction
      .updateTable('accounts')
      .set(columns)
      .where('id', '=', actor.accountId)
      .execute();
    await deps.recordAudit(transaction, {
      action,
      subject: `account:${actor.accountId}`,
      accountId: actor.accountId,
      hospitalId: actor.hospitalId,
    });
    return await getAccount(transaction, actor.accountId);
  });
}

async function confirmFactor(deps: AccountDeps, actor: Actor, code: string): Promise<Account> {
  await deps.guesses.account.consume(actor.accountId);
  const row = await inScope(deps.database, SYSTEM, (transaction) =>
    lockAccount(transaction, actor.accountId),
  );
  const sealed = row?.totp_pending_secret ?? null;
  if (sealed === null) throw new AppError('access.totp-not-begun', 'no pending secret');
  const secret = deps.secrets.unseal(sealed, actor.accountId);
  const step = acceptedStep(secret, code, deps.now(), null);
  if (step === undefined) throw new AppError('access.totp-wrong', 'the first code was not right');
  await deps.guesses.account.forgive(actor.accountId);
  return await writeFactor(deps, actor, 'account.totp-enable', {
    totp_secret: sealed,
    totp_pending_secret: null,
    // The code that confirmed it must not sign in again.
    totp_last_step: step,
  });
}

/** The own second factor: begin, confirm with a first code, remove. */
export function totpHandlers(deps: AccountDeps): Pick<Handlers, TotpName> {
  return {
    'totp.begin': async ({ actor, body }) => {
      const row = await confirmPassword(deps, actor, body.password);
      const secret = newTotpSecret();
      await writeFactor(deps, actor, 'account.totp-begin', {
        totp_pending_secret: deps.secrets.seal(secret, actor.accountId),
      });
      return { secret, otpauthUri: otpauthUri(secret, row.username) };
    },
    'totp.confirm': ({ actor, body }) => confirmFactor(deps, actor, body.totp),
    'totp.remove': async ({ actor, body }) => {
      await confirmPassword(deps, actor, body.password);
      return await writeFactor(deps, actor, 'account.totp-remove', {
        totp_secret: null,
        totp_pending_secret: null,
        totp_last_step: null,
      });
    },
  };
}
