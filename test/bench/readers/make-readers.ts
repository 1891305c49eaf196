import { randomUUID } from 'node:crypto';
import type { Foundation } from '../../../server/foundation.ts';
import { inScope, SYSTEM } from '../../../server/storage/database.ts';
import { AccountId, HospitalId, ShareId, type SlideId } from '../../../shared/ids.ts';

export interface ReadersPlan {
  readonly readers: number;
  readonly hospitals: number;
  /** Lent to every one of these hospitals. */
  readonly slideIds: readonly SlideId[];
}

/** Hospitals that borrow the slides, and their readers; answers the user names. */
export async function makeReaders(
  { database }: Pick<Foundation, 'database'>,
  passwordHash: string,
  plan: ReadersPlan,
): Promise<string[]> {
  const names = ['ping', 'an', 'he', 'mu', 'qing', 'yuan', 'hong', 'lin', 'dong', 'xi'];
  const hospitals = Array.from({ length: plan.hospitals }, (_, index) => ({
    id: HospitalId.parse(randomUUID()),
    code: `BENCH-${index + 1}-${randomUUID().slice(0, 8)}`,
    name_zh: `基准 ${index + 1}`,
    name_en: `Bench ${names[index % names.length] ?? ''} ${index + 1}`,
  }));
  const accounts = Array.from({ length: plan.readers }, (_, index) => {
    const id = AccountId.parse(randomUUID());
    return {
      id,
      username: `reader-${id}`,
      display_name: `Reader ${index + 1}`,
      role: 'pathologist' as const,
      hospital_id: hospitals[index % hospitals.length]?.id ?? HospitalId.parse(randomUUID()),
      password_hash: passwordHash,
    };
  });
  await inScope(database, SYSTEM, async (transaction) => {
    await transaction.insertInto('hospitals').values(hospitals).execute();
    await transaction.insertInto('accounts').values(accounts).execute();
    const lender = await transaction
      .selectFrom('accounts')
      .innerJoin('hospitals', 'hospitals.id', 'accounts.hospital_id')
      .select('accounts.id')
      .where('hospitals.code', '=', 'BENCH')
      .limit(1)
      .executeTakeFirstOrThrow();
    const shares = plan.slideIds.flatMap((slide_id) =>
      hospitals.map((hospital) => ({
        id: ShareId.parse(randomUUID()),
        slide_id,
        hospital_id: hospital.id,
        include_label: false,
        granted_by: lender.id,
        expires_at: null,
        revoked_at: null,
      })),
    );
    await transaction.insertInto('slide_shares').values(shares).execute();
  });
  return accounts.map(({ username }) => username);
}
