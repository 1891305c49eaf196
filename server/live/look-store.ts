import type { Actor } from '../../shared/access/can.ts';
import type { LastLook } from '../../shared/api/endpoints/live.ts';
import type { AccountId, SlideId } from '../../shared/ids.ts';
import { type Database, inScope, SYSTEM } from '../storage/database.ts';
import type { Person } from './live-connection.ts';

/** Keeps that an account looked at a slide: the first and the last time, never what it saw. */
export async function noteLook(
  database: Database,
  look: { readonly slideId: SlideId; readonly accountId: AccountId; readonly at: Date },
): Promise<void> {
  const { slideId, accountId, at } = look;
  await inScope(database, SYSTEM, (transaction) =>
    transaction
      .insertInto('slide_looks')
      // From the slide's row: one that is gone meanwhile needs no look.
      .columns(['slide_id', 'account_id', 'first_at', 'last_at'])
      .expression((from) =>
        from
          .selectFrom('slides')
          .select((row) => [
            'slides.id',
            row.val(accountId).$castTo<AccountId>().as('account_id'),
            row.val(at).as('first_at'),
            row.val(at).as('last_at'),
          ])
          .where('slides.id', '=', slideId),
      )
      .onConflict((conflict) =>
        conflict.columns(['slide_id', 'account_id']).doUpdateSet({ last_at: at }),
      )
      .execute(),
  );
}

export async function listLooks(
  database: Database,
  actor: Actor,
  slideId: SlideId,
): Promise<LastLook[]> {
  const rows = await inScope(database, { kind: 'actor', actor }, (transaction) =>
    transaction
      .selectFrom('slide_looks')
      .innerJoin('accounts', 'accounts.id', 'slide_looks.account_id')
      .innerJoin('hospitals', 'hospitals.id', 'accounts.hospital_id')
      .select(['accounts.id', 'accounts.display_name', 'accounts.role', 'slide_looks.last_at'])
      .select(['hospitals.name_zh', 'hospitals.name_en'])
      .where('slide_looks.slide_id', '=', slideId)
      // Looking at the own slide is no news.
      .where('slide_looks.account_id', '!=', actor.accountId)
      .orderBy('slide_looks.last_at', 'desc')
      .limit(50)
      .execute(),
  );
  return rows.map((row) => ({
    accountId: row.id,
    displayName: row.display_name,
    role: row.role,
    hospitalNameZh: row.name_zh,
    hospitalNameEn: row.name_en,
    lastAt: row.last_at.toISOString(),
  }));
}

export async function findPerson(
  database: Database,
  accountId: AccountId,
): Promise<Person | undefined> {
  return await inScope(database, SYSTEM, (transaction) =>
    transaction
      .selectFrom('accounts')
      .innerJoin('hospitals', 'hospitals.id', 'accounts.hospital_id')
      .select([
        'accounts.display_name as displayName',
        'hospitals.name_zh as hospitalNameZh',
        'hospitals.name_en as hospitalNameEn',
      ])
      .where('accounts.id', '=', accountId)
      .executeTakeFirst(),
  );
}
