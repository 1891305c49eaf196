import type { Account } from '../../shared/account/account.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { sessionTokenOf, tokenDigest } from '../http/authenticate.ts';
import { inScope, SYSTEM, type DatabaseTransaction } from '../storage/database.ts';
import type { AccountDeps } from './account-deps.ts';
import {
  findByUsername,
  getAccount,
  lockAccount,
  normaliseUsername,
  type AccountRow,
  type SignInRow,
} from './account-store.ts';
import { createSession, signInId } from './session-store.ts';
import { acceptedStep } from './totp.ts';

export interface SignInRequest {
  readonly username: string;
  readonly password: string;
  readonly totp: string | undefined;
  readonly address: string;
  readonly userAgent: string;
  /** The sign-in that this one replaces, when the browser still has one. */
  readonly cookieHeader: string | undefined;
}

export interface SignedInAccount {
  readonly account: Account;
  readonly token: string;
}

type Refusal = 'access.wrong-credentials' | 'access.totp-required' | 'access.totp-wrong';

async function noteRefusal(
  deps: AccountDeps,
  row: AccountRow | undefined,
  code: Refusal,
  address: string,
): Promise<AppError> {
  deps.metrics.signIn('refused');
  // The name that was typed stays out: people type passwords into the wrong field.
  await inScope(deps.database, SYSTEM, (transaction) =>
    deps.recordAudit(transaction, {
      action: 'sign-in.refused',
      subject: row === undefined ? 'account' : `account:${row.id}`,
      accountId: row?.id ?? null,
      hospitalId: row?.hospital_id ?? null,
      detail: { code, address },
    }),
  );
  return new AppError(code, 'sign-in refused');
}

/** Takes the code once: two requests with the same code at the same moment let only one in. */
async function useCode(deps: AccountDeps, row: AccountRow, code: string): Promise<boolean> {
  const secret = deps.secrets.unseal(row.totp_secret ?? '', row.id);
  const step = acceptedStep(secret, code, deps.now(), row.totp_last_step);
  if (step === undefined) return false;
  const used = await inScope(deps.database, SYSTEM, (transaction) =>
    transaction
      .updateTable('accounts')
      .set({ totp_last_step: step })
      .where('id', '=', row.id)
      .where((expression) =>
        expression.or([
          expression('totp_last_step', 'is', null),
          expression('totp_last_step', '<', step),
        ]),
      )
      .executeTakeFirst(),
  );
  return used.numUpdatedRows === 1n;
}

/** @throws AppError 'access.totp-required', 'access.totp-wrong', 'request.too-many' */
async function checkSecondFactor(
  deps: AccountDeps,
  row: AccountRow,
  request: SignInRequest,
): Promise<void> {
  if (row.totp_secret === null) return;
  if (request.totp === undefined) {
    throw await noteRefusal(deps, row, 'access.totp-required', request.address);
  }
  await deps.guesses.account.consume(row.id);
  if (!(await useCode(deps, row, request.totp))) {
    throw await noteRefusal(deps, row, 'access.totp-wrong', request.address);
  }
  await deps.guesses.account.forgive(row.id);
}

function isInForce(row: SignInRow): boolean {
  return row.disabled_at === null && row.hospital_disabled_at === null;
}

/** A password that was changed, or an account disabled, while its hash was being computed. */
async function isUnchanged(transaction: DatabaseTransaction, row: AccountRow): Promise<boolean> {
  const now = await lockAccount(transaction, row.id);
  return now?.password_hash === row.password_hash && now.disabled_at === null;
}

async function replaceSession(
  deps: AccountDeps,
  transaction: DatabaseTransaction,
  row: AccountRow,
  request: SignInRequest,
): Promise<string> {
  const old = sessionTokenOf(request.cookieHeader, deps.acceptPlainCookie);
  if (old !== undefined) {
    const digest = tokenDigest(old);
    await transaction.deleteFrom('sessions').where('token_hash', '=', digest).execute();
    deps.sessions.drop({ kind: 'sign-in', id: signInId(digest) });
  }
  const { address, userAgent } = request;
  return await createSession(transaction, {
    accountId: row.id,
    nowMs: deps.now(),
    address,
    userAgent,
  });
}

/**
 * Signs in: name and password, then the code where a second factor is in force. A wrong name and a wrong
 * password are one answer in the same time; so is a disabled account.
 * @throws AppError 'access.wrong-credentials', 'access.totp-*', 'request.too-many'
 */
export async function signIn(deps: AccountDeps, request: SignInRequest): Promise<SignedInAccount> {
  const { address } = request;
  const guessKey = `${normaliseUsername(request.username).toLowerCase()} ${address}`;
  await deps.guesses.address.consume(address);
  await deps.guesses.accountAndAddress.consume(guessKey);
  const row = await inScope(deps.database, SYSTEM, (transaction) =>
    findByUsername(transaction, request.username),
  );
  const matches = await deps.passwords.matches(row?.password_hash, request.password);
  if (row === undefined || !matches || !isInForce(row)) {
    throw await noteRefusal(deps, row, 'access.wrong-credentials', address);
  }
  await checkSecondFactor(deps, row, request);
  const signedIn = await inScope(deps.database, SYSTEM, async (transaction) => {
    if (!(await isUnchanged(transaction, row))) return undefined;
    const token = await replaceSession(deps, transaction, row, request);
    await deps.recordAudit(transaction, {
      action: 'sign-in',
      subject: `account:${row.id}`,
      accountId: row.id,
      hospitalId: row.hospital_id,
      detail: { address, secondFactor: row.totp_secret !== null },
    });
    return { account: await getAccount(transaction, row.id), token };
  });
  if (signedIn === undefined) {
    throw await noteRefusal(deps, row, 'access.wrong-credentials', address);
  }
  await deps.guesses.accountAndAddress.forgive(guessKey);
  await deps.guesses.address.refund(address);
  deps.metrics.signIn('signed-in');
  return signedIn;
}
