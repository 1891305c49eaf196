import type { Account, Role } from '../../shared/account/account.ts';
import type { Actor } from '../../shared/access/can.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { AccountId, type HospitalId } from '../../shared/ids.ts';
import { inScope, type DatabaseTransaction } from '../storage/database.ts';
import type { AccountDeps } from './account-deps.ts';
import { refuseBeyondReach, refuseLastAdministrator } from './account-rules.ts';
import {
  getAccount,
  lockAccount,
  lockAdministrators,
  normaliseUsername,
  type AccountRow,
} from './account-store.ts';
import { endSessions } from './session-store.ts';
import { revokeTokens } from './token-store.ts';

/** SQLSTATE unique_violation. */
const UNIQUE_VIOLATION = '23505';

export interface NewAccount {
  readonly username: string;
  readonly displayName: string;
  readonly role: Role;
  readonly hospitalId: HospitalId;
  readonly password: string;
}

export interface AccountChange {
  readonly displayName?: string | undefined;
  readonly role?: Role | undefined;
  readonly hospitalId?: HospitalId | undefined;
  readonly disabled?: boolean | undefined;
}

async function requireHospital(transaction: DatabaseTransaction, id: HospitalId): Promise<void> {
  const hospital = await transaction
    .selectFrom('hospitals')
    .select('id')
    .where('id', '=', id)
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
  if (hospital === undefined) {
    throw new AppError('access.no-such-hospital', 'unknown or disabled hospital');
  }
}

async function insertAccount(
  deps: AccountDeps,
  transaction: DatabaseTransaction,
  wanted: NewAccount,
  passwordHash: string,
): Promise<AccountId> {
  const id = AccountId.parse(deps.newId());
  try {
    await transaction
      .insertInto('accounts')
      .values({
        id,
        username: normaliseUsername(wanted.username),
        display_name: wanted.displayName,
        role: wanted.role,
        hospital_id: wanted.hospitalId,
        password_hash: passwordHash,
        must_change_password: true,
      })
      .execute();
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== UNIQUE_VIOLATION) throw cause;
    throw new AppError('access.username-taken', 'the user name is taken', { cause });
  }
  return id;
}

/** Makes an account whose first password must be changed. */
export async function createAccount(
  deps: AccountDeps,
  actor: Actor,
  wanted: NewAccount,
): Promise<Account> {
  refuseBeyondReach(actor, wanted);
  const passwordHash = await deps.passwords.hash(wanted.password);
  return await inScope(deps.database, { kind: 'actor', actor }, async (transaction) => {
    await requireHospital(transaction, wanted.hospitalId);
    const id = await insertAccount(deps, transaction, wanted, passwordHash);
    await deps.recordAudit(transaction, {
      action: 'account.create',
      subject: `account:${id}`,
      accountId: actor.accountId,
      hospitalId: wanted.hospitalId,
      detail: { role: wanted.role },
    });
    return await getAccount(transaction, id);
  });
}

/** Whether an administrator who could sign in no longer could, or would no longer be one. */
function takesAdministratorAway(row: AccountRow, change: AccountChange): boolean {
  if (row.role !== 'administrator') return false;
  return (change.role !== undefined && change.role !== 'administrator') || change.disabled === true;
}

function disabledAt(row: AccountRow, disabled: boolean | undefined, nowMs: number): Date | null {
  if (disabled === undefined) return row.disabled_at;
  return disabled ? (row.disabled_at ?? new Date(nowMs)) : null;
}

async function applyChange(
  deps: AccountDeps,
  transaction: DatabaseTransaction,
  row: AccountRow,
  change: AccountChange,
): Promise<void> {
  await transaction
    .updateTable('accounts')
    .set({
      display_name: change.displayName ?? row.display_name,
      role: change.role ?? row.role,
      hospital_id: change.hospitalId ?? row.hospital_id,
      disabled_at: disabledAt(row, change.disabled, deps.now()),
    })
    .where('id', '=', row.id)
    .execute();
  if (change.disabled === true) await endSessions(transaction, row.id);
}

/**
 * Changes name, role or hospital, or disables; what the account is signed in to follows at once.
 * @throws AppError 'access.refused', 'access.last-administrator', 'access.no-such-hospital'
 */
export async function updateAccount(
  deps: AccountDeps,
  actor: Actor,
  id: AccountId,
  change: AccountChange,
): Promise<Account> {
  const account = await inScope(deps.database, { kind: 'actor', actor }, async (transaction) => {
    // Administrators first, always: locks taken in one order never wait for each other in a ring.
    const administrators = await lockAdministrators(transaction);
    const row = await lockAccount(transaction, id);
    if (row === undefined) throw new AppError('request.not-found', 'the account is gone');
    const { role = row.role, hospitalId = row.hospital_id } = change;
    refuseBeyondReach(actor, { role, hospitalId });
    if (hospitalId !== row.hospital_id) await requireHospital(transaction, hospitalId);
    if (takesAdministratorAway(row, change)) {
      refuseLastAdministrator(
        administrators.map((one) => one.id),
        [id],
      );
    }
    await applyChange(deps, transaction, row, change);
    await deps.recordAudit(transaction, {
      action: 'account.update',
      subject: `account:${id}`,
      accountId: actor.accountId,
      hospitalId,
      detail: { role, disabled: change.disabled ?? row.disabled_at !== null },
    });
    return await getAccount(transaction, id);
  });
  deps.sessions.drop({ kind: 'account', accountId: id });
  return account;
}

/**
 * Refuses to close a hospital when nobody elsewhere could manage the alliance.
 * @throws AppError 'access.last-administrator'
 */
export async function keepAnAdministrator(
  transaction: DatabaseTransaction,
  without: HospitalId,
): Promise<void> {
  const administrators = await lockAdministrators(transaction);
  refuseLastAdministrator(
    administrators.map((one) => one.id),
    administrators.filter((one) => one.hospitalId === without).map((one) => one.id),
  );
}

/** Sets a first password again; sign-ins end and the second factor goes, for who has lost the phone. */
export async function resetPassword(
  deps: AccountDeps,
  actor: Actor,
  id: AccountId,
  password: string,
): Promise<void> {
  const passwordHash = await deps.passwords.hash(password);
  await inScope(deps.database, { kind: 'actor', actor }, async (transaction) => {
    await transaction
      .updateTable('accounts')
      .set({
        password_hash: passwordHash,
        must_change_password: true,
        totp_secret: null,
        totp_pending_secret: null,
        totp_last_step: null,
      })
      .where('id', '=', id)
      .execute();
    await endSessions(transaction, id);
    await revokeTokens(transaction, id, deps.now());
    await deps.recordAudit(transaction, {
      action: 'account.reset-password',
      subject: `account:${id}`,
      accountId: actor.accountId,
      hospitalId: actor.hospitalId,
    });
  });
  deps.sessions.drop({ kind: 'account', accountId: id });
}
