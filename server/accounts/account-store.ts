import type { Account } from '../../shared/account/account.ts';
import type { AccountId, HospitalId } from '../../shared/ids.ts';
import { sql, type DatabaseTransaction } from '../storage/database.ts';
import type { Row } from '../storage/schema.ts';

export type AccountRow = Row<'accounts'>;
type AccountWithHospital = AccountRow & { hospital_zh: string; hospital_en: string };

/** One normal form, so that a name that looks the same is the same. */
export function normaliseUsername(username: string): string {
  return username.trim().normalize('NFKC');
}

function selectAccounts(transaction: DatabaseTransaction) {
  return transaction
    .selectFrom('accounts')
    .innerJoin('hospitals', 'hospitals.id', 'accounts.hospital_id')
    .selectAll('accounts')
    .select(['hospitals.name_zh as hospital_zh', 'hospitals.name_en as hospital_en']);
}

/** An account as its managers and its owner see it. */
function toAccount(row: AccountWithHospital): Account {
  return {
    id: row.id,
    username: row.username,
    displayName: row.display_name,
    role: row.role,
    hospitalId: row.hospital_id,
    hospitalNameZh: row.hospital_zh,
    hospitalNameEn: row.hospital_en,
    locale: row.locale,
    totpEnabled: row.totp_secret !== null,
    mustChangePassword: row.must_change_password,
    disabledAt: row.disabled_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}

export async function getAccount(
  transaction: DatabaseTransaction,
  id: AccountId,
): Promise<Account> {
  const row = await selectAccounts(transaction)
    .where('accounts.id', '=', id)
    .executeTakeFirstOrThrow();
  return toAccount(row);
}

/** @param hospitalId only of this hospital; null: of all */
export async function listAccounts(
  transaction: DatabaseTransaction,
  hospitalId: HospitalId | null,
): Promise<Account[]> {
  let query = selectAccounts(transaction).orderBy('accounts.created_at').orderBy('accounts.id');
  if (hospitalId !== null) query = query.where('accounts.hospital_id', '=', hospitalId);
  return (await query.execute()).map(toAccount);
}

export type SignInRow = AccountRow & { hospital_disabled_at: Date | null };

/** For sign-in: names differ without regard to case. */
export async function findByUsername(
  transaction: DatabaseTransaction,
  username: string,
): Promise<SignInRow | undefined> {
  return await transaction
    .selectFrom('accounts')
    .innerJoin('hospitals', 'hospitals.id', 'accounts.hospital_id')
    .selectAll('accounts')
    .select('hospitals.disabled_at as hospital_disabled_at')
    .where(sql<boolean>`lower(username) = lower(${normaliseUsername(username)})`)
    .executeTakeFirst();
}

/** The row, held until the transaction ends. */
export async function lockAccount(
  transaction: DatabaseTransaction,
  id: AccountId,
): Promise<AccountRow | undefined> {
  return await transaction
    .selectFrom('accounts')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/**
 * Ids of the administrators who can sign in, held until the transaction ends: two of them who disable each
 * other at once take turns.
 */
export async function lockAdministrators(
  transaction: DatabaseTransaction,
): Promise<readonly { id: AccountId; hospitalId: HospitalId }[]> {
  const rows = await transaction
    .selectFrom('accounts')
    .innerJoin('hospitals', 'hospitals.id', 'accounts.hospital_id')
    .select(['accounts.id', 'accounts.hospital_id'])
    .where('accounts.role', '=', 'administrator')
    .where('accounts.disabled_at', 'is', null)
    .where('hospitals.disabled_at', 'is', null)
    .orderBy('accounts.id')
    .forUpdate('accounts')
    .execute();
  return rows.map((row) => ({ id: row.id, hospitalId: row.hospital_id }));
}
