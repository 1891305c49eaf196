import type { Actor } from '../../shared/access/can.ts';
import type { Share } from '../../shared/api/endpoints/slides.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { type HospitalId, ShareId, type SlideId } from '../../shared/ids.ts';
import type { DatabaseTransaction } from '../storage/database.ts';
import type { Row } from '../storage/schema.ts';

type ShareRow = Row<'slide_shares'> & {
  hospital_zh: string;
  hospital_en: string;
  granter: string;
};

export interface NewShare {
  readonly slideId: SlideId;
  readonly hospitalId: HospitalId;
  readonly includeLabel: boolean;
  readonly expiresAt: Date | null;
}

function selectShares(transaction: DatabaseTransaction) {
  return transaction
    .selectFrom('slide_shares')
    .innerJoin('hospitals', 'hospitals.id', 'slide_shares.hospital_id')
    .innerJoin('accounts', 'accounts.id', 'slide_shares.granted_by')
    .selectAll('slide_shares')
    .select([
      'hospitals.name_zh as hospital_zh',
      'hospitals.name_en as hospital_en',
      'accounts.display_name as granter',
    ]);
}

function toShare(row: ShareRow): Share {
  return {
    id: row.id,
    hospitalId: row.hospital_id,
    hospitalNameZh: row.hospital_zh,
    hospitalNameEn: row.hospital_en,
    includeLabel: row.include_label,
    grantedByName: row.granter,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  };
}

export async function listShares(
  transaction: DatabaseTransaction,
  slideId: SlideId,
): Promise<Share[]> {
  const rows = await selectShares(transaction)
    .where('slide_shares.slide_id', '=', slideId)
    .orderBy('slide_shares.created_at', 'desc')
    .orderBy('slide_shares.id', 'desc')
    .execute();
  return rows.map(toShare);
}

async function assertLendable(
  transaction: DatabaseTransaction,
  { slideId, hospitalId }: NewShare,
): Promise<void> {
  const slide = await transaction
    .selectFrom('slides')
    .select('hospital_id')
    .where('id', '=', slideId)
    .executeTakeFirst();
  const hospital = await transaction
    .selectFrom('hospitals')
    .select('disabled_at')
    .where('id', '=', hospitalId)
    .executeTakeFirst();
  if (slide === undefined) throw new AppError('request.not-found', 'no such slide');
  if (hospital === undefined || hospital.disabled_at !== null) {
    throw new AppError('slide.no-such-borrower', 'no such hospital');
  }
  if (slide.hospital_id === hospitalId) {
    throw new AppError('slide.no-such-borrower', 'a slide is not lent to its own hospital');
  }
}

/**
 * Lends a slide. One share in force for each hospital: an earlier one ends when the new one begins, so that a
 * narrower share is not undone by a wider one that was forgotten.
 */
export async function lendSlide(
  transaction: DatabaseTransaction,
  needs: { readonly id: string; readonly actor: Actor; readonly now: Date },
  share: NewShare,
): Promise<Share> {
  await assertLendable(transaction, share);
  await transaction
    .updateTable('slide_shares')
    .set({ revoked_at: needs.now })
    .where('slide_id', '=', share.slideId)
    .where('hospital_id', '=', share.hospitalId)
    .where('revoked_at', 'is', null)
    .execute();
  const id = ShareId.parse(needs.id);
  await transaction
    .insertInto('slide_shares')
    .values({
      id,
      slide_id: share.slideId,
      hospital_id: share.hospitalId,
      include_label: share.includeLabel,
      granted_by: needs.actor.accountId,
      expires_at: share.expiresAt,
      revoked_at: null,
      created_at: needs.now,
    })
    .execute();
  const row = await selectShares(transaction)
    .where('slide_shares.id', '=', id)
    .executeTakeFirstOrThrow();
  return toShare(row);
}

/** @throws AppError 'request.not-found' when the slide has no such share; one that has ended stays so */
export async function endShare(
  transaction: DatabaseTransaction,
  slideId: SlideId,
  shareId: ShareId,
  now: Date,
): Promise<void> {
  const share = await transaction
    .selectFrom('slide_shares')
    .select('revoked_at')
    .where('id', '=', shareId)
    .where('slide_id', '=', slideId)
    .executeTakeFirst();
  if (share === undefined) throw new AppError('request.not-found', 'no such share');
  if (share.revoked_at !== null) return;
  await transaction
    .updateTable('slide_shares')
    .set({ revoked_at: now })
    .where('id', '=', shareId)
    .execute();
}
