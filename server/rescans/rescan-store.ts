import type { RescanId, SlideId } from '../../shared/ids.ts';
import type { Rescan, RescanState } from '../../shared/rescan/rescan.ts';
import type { DatabaseTransaction } from '../storage/database.ts';
import type { Row } from '../storage/schema.ts';

type RescanRow = Row<'rescans'> & {
  slide_name: string;
  asker: string;
  asker_hospital_zh: string;
  asker_hospital_en: string;
  answerer: string | null;
  replacement_name: string | null;
};

/** In the scope of the caller: a replacement that the caller may not see has no name. */
function selectRescans(transaction: DatabaseTransaction) {
  return transaction
    .selectFrom('rescans')
    .innerJoin('slides', 'slides.id', 'rescans.slide_id')
    .innerJoin('accounts as askers', 'askers.id', 'rescans.asked_by')
    .innerJoin('hospitals', 'hospitals.id', 'askers.hospital_id')
    .leftJoin('accounts as answerers', 'answerers.id', 'rescans.answered_by')
    .leftJoin('slides as replacements', 'replacements.id', 'rescans.replaced_by')
    .selectAll('rescans')
    .select([
      'slides.name as slide_name',
      'askers.display_name as asker',
      'hospitals.name_zh as asker_hospital_zh',
      'hospitals.name_en as asker_hospital_en',
      'answerers.display_name as answerer',
      'replacements.name as replacement_name',
    ]);
}

function stateOf(row: RescanRow): RescanState {
  const at = (row.state_at ?? row.asked_at).toISOString();
  const answered = { answeredByName: row.answerer ?? '', at };
  switch (row.state) {
    case 'asked':
      return { kind: 'asked' };
    case 'will-rescan':
      return { kind: 'will-rescan', ...answered };
    case 'cannot':
      return { kind: 'cannot', ...answered, words: row.answer_words ?? '' };
    case 'withdrawn':
      return { kind: 'withdrawn', at };
    case 'done':
      // Slides are put aside, not removed; without its slide the answer is the promise that it was.
      return row.replaced_by === null
        ? { kind: 'will-rescan', ...answered }
        : {
            kind: 'done',
            ...answered,
            replacedBy: row.replaced_by,
            replacedByName: row.replacement_name,
          };
  }
}

function toRescan(row: RescanRow): Rescan {
  return {
    id: row.id,
    slideId: row.slide_id,
    slideName: row.slide_name,
    hospitalId: row.hospital_id,
    box: row.box,
    reason: row.reason,
    words: row.words,
    view: row.view,
    askedBy: row.asked_by,
    askedByName: row.asker,
    askedByHospitalZh: row.asker_hospital_zh,
    askedByHospitalEn: row.asker_hospital_en,
    askedAt: row.asked_at.toISOString(),
    state: stateOf(row),
  };
}

export async function listRescans(
  transaction: DatabaseTransaction,
  slideId: SlideId,
): Promise<Rescan[]> {
  const rows = await selectRescans(transaction)
    .where('rescans.slide_id', '=', slideId)
    .orderBy('rescans.asked_at', 'desc')
    .orderBy('rescans.id', 'desc')
    .limit(200)
    .execute();
  return rows.map(toRescan);
}

/** Of slides that are not put aside. */
export async function listOpenRescans(
  transaction: DatabaseTransaction,
  hospitalId: Rescan['hospitalId'],
): Promise<Rescan[]> {
  const rows = await selectRescans(transaction)
    .where('rescans.hospital_id', '=', hospitalId)
    .where('rescans.state', 'in', ['asked', 'will-rescan'])
    .where('slides.deleted_at', 'is', null)
    .orderBy('rescans.asked_at', 'desc')
    .orderBy('rescans.id', 'desc')
    .limit(200)
    .execute();
  return rows.map(toRescan);
}

export async function findRescan(
  transaction: DatabaseTransaction,
  slideId: SlideId,
  id: RescanId,
): Promise<Rescan | undefined> {
  const row = await selectRescans(transaction)
    .where('rescans.id', '=', id)
    .where('rescans.slide_id', '=', slideId)
    .executeTakeFirst();
  return row === undefined ? undefined : toRescan(row);
}
