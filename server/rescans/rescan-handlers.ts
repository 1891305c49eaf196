import type { Actor, Resource } from '../../shared/access/can.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { isOnSlide } from '../../shared/geometry/box-corners.ts';
import type { HospitalId, RescanId, SlideId } from '../../shared/ids.ts';
import {
  mayFollow,
  type NewRescan,
  type Rescan,
  type RescanAnswer,
  type RescanKind,
} from '../../shared/rescan/rescan.ts';
import type { RecordAudit } from '../deps.ts';
import type { Handlers } from '../http/handler.ts';
import { type Database, type DatabaseTransaction, inScope } from '../storage/database.ts';
import { toJsonColumn } from '../storage/json-column.ts';
import { findRescan, listOpenRescans, listRescans } from './rescan-store.ts';

export interface RescansDeps {
  readonly database: Database;
  readonly recordAudit: RecordAudit;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Says, after the commit, that there is something new to ask for. */
  readonly announce: (slideId: SlideId, hospitalId: HospitalId) => void;
}

type RescanName = Extract<keyof Handlers, `rescan.${string}`>;

async function mustFind(
  transaction: DatabaseTransaction,
  slideId: SlideId,
  id: RescanId,
): Promise<Rescan> {
  const found = await findRescan(transaction, slideId, id);
  if (found === undefined) throw new AppError('request.not-found', 'no such request of this slide');
  return found;
}

/** An arriving slide may not yet know how large it is: then any place may be on it. */
async function refuseBoxOutside(
  transaction: DatabaseTransaction,
  slideId: SlideId,
  { box }: NewRescan,
): Promise<void> {
  if (box === null) return;
  const row = await transaction
    .selectFrom('slides')
    .select('properties')
    .where('id', '=', slideId)
    .executeTakeFirst();
  const pyramid = row?.properties?.pyramid;
  if (pyramid !== undefined && !isOnSlide(box, pyramid)) {
    throw new AppError('rescan.box-outside', 'the box is not on the slide');
  }
}

async function insertRescan(
  transaction: DatabaseTransaction,
  { now }: RescansDeps,
  actor: Actor,
  about: { readonly slideId: SlideId; readonly hospitalId: HospitalId; readonly asked: NewRescan },
): Promise<boolean> {
  const { slideId, hospitalId, asked } = about;
  const inserted = await transaction
    .insertInto('rescans')
    .values({
      id: asked.id,
      slide_id: slideId,
      hospital_id: hospitalId,
      box: asked.box === null ? null : toJsonColumn(asked.box),
      reason: asked.reason,
      words: asked.words,
      view: toJsonColumn(asked.view),
      asked_by: actor.accountId,
      asked_at: new Date(now()),
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst();
  return (inserted.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

async function ask(
  deps: RescansDeps,
  actor: Actor,
  slide: Extract<Resource, { kind: 'slide' }>,
  slideId: SlideId,
  asked: NewRescan,
): Promise<Rescan> {
  const { hospitalId } = slide;
  const made = await inScope(deps.database, { kind: 'actor', actor }, async (transaction) => {
    await refuseBoxOutside(transaction, slideId, asked);
    const isNew = await insertRescan(transaction, deps, actor, { slideId, hospitalId, asked });
    const rescan = await findRescan(transaction, slideId, asked.id);
    if (rescan?.askedBy !== actor.accountId) {
      throw new AppError('request.invalid', 'the id is taken');
    }
    if (isNew) {
      await deps.recordAudit(transaction, {
        action: 'rescan.ask',
        subject: `slide:${slideId}`,
        accountId: actor.accountId,
        hospitalId,
        detail: { rescan: asked.id, reason: asked.reason },
      });
    }
    return rescan;
  });
  deps.announce(slideId, hospitalId);
  return made;
}

/** The columns of a state. */
interface Settled {
  readonly state: RescanKind;
  readonly answer_words: string | null;
  readonly replaced_by: SlideId | null;
}

interface Step {
  readonly actor: Actor;
  readonly slideId: SlideId;
  readonly rescanId: RescanId;
  readonly settled: Settled;
  readonly action: 'rescan.answer' | 'rescan.withdraw';
}

/** Takes the row for itself first: of two answers at once the second is told that the first was there. */
async function lockState(transaction: DatabaseTransaction, { slideId, rescanId }: Step) {
  const row = await transaction
    .selectFrom('rescans')
    .select(['state', 'asked_by', 'hospital_id'])
    .where('id', '=', rescanId)
    .where('slide_id', '=', slideId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw new AppError('request.not-found', 'no such request of this slide');
  return row;
}

async function writeState(
  transaction: DatabaseTransaction,
  deps: RescansDeps,
  { actor, rescanId, settled, action }: Step,
): Promise<void> {
  const answeredBy = action === 'rescan.answer' ? { answered_by: actor.accountId } : {};
  await transaction
    .updateTable('rescans')
    .set({ ...settled, ...answeredBy, state_at: new Date(deps.now()) })
    .where('id', '=', rescanId)
    .execute();
}

async function change(deps: RescansDeps, step: Step): Promise<Rescan> {
  const { actor, slideId, rescanId, settled, action } = step;
  const changed = await inScope(deps.database, { kind: 'actor', actor }, async (transaction) => {
    const row = await lockState(transaction, step);
    if (action === 'rescan.withdraw' && row.asked_by !== actor.accountId) {
      throw new AppError('access.refused', 'only who asked takes it back');
    }
    if (!mayFollow(row.state, settled.state)) {
      throw new AppError('rescan.settled', `${row.state}, then ${settled.state}`);
    }
    await writeState(transaction, deps, step);
    await deps.recordAudit(transaction, {
      action,
      subject: `slide:${slideId}`,
      accountId: actor.accountId,
      hospitalId: row.hospital_id,
      detail: { rescan: rescanId, to: settled.state },
    });
    return await mustFind(transaction, slideId, rescanId);
  });
  deps.announce(slideId, changed.hospitalId);
  return changed;
}

/** Another slide of the hospital that was asked. It is not lent on: whoever may lend slides decides that. */
async function refuseForeignReplacement(
  { database }: RescansDeps,
  actor: Actor,
  slide: Extract<Resource, { kind: 'slide' }>,
  slideId: SlideId,
  answer: RescanAnswer,
): Promise<void> {
  if (answer.kind !== 'done') return;
  const row = await inScope(database, { kind: 'actor', actor }, (transaction) =>
    transaction
      .selectFrom('slides')
      .select(['hospital_id', 'deleted_at'])
      .where('id', '=', answer.replacedBy)
      .executeTakeFirst(),
  );
  const fits =
    row?.hospital_id === slide.hospitalId &&
    row.deleted_at === null &&
    answer.replacedBy !== slideId;
  if (!fits) throw new AppError('rescan.no-such-slide', 'not another slide of this hospital');
}

function settledBy(answer: RescanAnswer): Settled {
  return {
    state: answer.kind,
    answer_words: answer.kind === 'cannot' ? answer.words : null,
    replaced_by: answer.kind === 'done' ? answer.replacedBy : null,
  };
}

function slideOf(resource: Resource | null): Extract<Resource, { kind: 'slide' }> {
  if (resource?.kind === 'slide') return resource;
  throw new AppError('server.internal', 'the endpoint table names no slide');
}

/** All routes of requests to scan a slide again. */
export function rescanHandlers(deps: RescansDeps): Pick<Handlers, RescanName> {
  const { database } = deps;
  return {
    'rescan.list': ({ actor, params }) =>
      inScope(database, { kind: 'actor', actor }, (transaction) =>
        listRescans(transaction, params.slideId),
      ),
    'rescan.open': ({ actor }) =>
      inScope(database, { kind: 'actor', actor }, (transaction) =>
        listOpenRescans(transaction, actor.hospitalId),
      ),
    'rescan.ask': ({ actor, params, body, resource }) =>
      ask(deps, actor, slideOf(resource), params.slideId, body),
    'rescan.answer': async ({ actor, params, body, resource }) => {
      const { slideId, rescanId } = params;
      await refuseForeignReplacement(deps, actor, slideOf(resource), slideId, body);
      const settled = settledBy(body);
      return await change(deps, { actor, slideId, rescanId, settled, action: 'rescan.answer' });
    },
    'rescan.withdraw': ({ actor, params: { slideId, rescanId } }) => {
      const settled: Settled = { state: 'withdrawn', answer_words: null, replaced_by: null };
      return change(deps, { actor, slideId, rescanId, settled, action: 'rescan.withdraw' });
    },
  };
}
