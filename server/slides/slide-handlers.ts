import { type Actor, roleMay } from '../../shared/access/can.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { SlideId } from '../../shared/ids.ts';
import type { SlideDetail } from '../../shared/slide/slide.ts';
import type { AuditEvent } from '../deps.ts';
import type { BytesReply, Handlers } from '../http/handler.ts';
import { type DatabaseTransaction, inScope, sql } from '../storage/database.ts';
import type { Row } from '../storage/schema.ts';
import type { ReadySlide } from './read-tile.ts';
import { requireReady } from './ready-slide.ts';
import { endShare, lendSlide, listShares } from './share-store.ts';
import { getSlide, listCalibrations, listSlides } from './slide-store.ts';
import type { SlidesDeps } from './slides-deps.ts';
import { wishFor } from './wish-for.ts';

type SlideName = Extract<keyof Handlers, `slide.${string}`>;
type Part<Name extends SlideName> = Pick<Handlers, Name>;

const IMMUTABLE = 'private, max-age=31536000, immutable';

/** Micrometres per pixel that a microscope can have, generously: beyond lies a slip of the decimal point. */
const LEAST_MPP = 0.005;
const MOST_MPP = 100;

function jpegReply(bytes: Uint8Array, cacheControl: BytesReply['cacheControl']): BytesReply {
  return { bytes, contentType: 'image/jpeg', cacheControl };
}

/** Changes a slide on behalf of the actor, with its audit event, and answers the slide as it is then. */
async function change(
  deps: SlidesDeps,
  actor: Actor,
  id: SlideId,
  event: Pick<AuditEvent, 'action' | 'detail'>,
  write: (transaction: DatabaseTransaction) => Promise<unknown>,
): Promise<SlideDetail> {
  const detail = await inScope(deps.database, { kind: 'actor', actor }, async (transaction) => {
    await write(transaction);
    const slide = await getSlide(transaction, { actor, nowMs: deps.now() }, id);
    await deps.recordAudit(transaction, {
      ...event,
      subject: `slide:${id}`,
      accountId: actor.accountId,
      hospitalId: slide.hospitalId,
    });
    return slide;
  });
  deps.access.drop(id);
  return detail;
}

function updateSlide(
  transaction: DatabaseTransaction,
  id: SlideId,
  columns: Partial<Pick<Row<'slides'>, 'name' | 'stain' | 'note' | 'deleted_at'>>,
) {
  return transaction
    .updateTable('slides')
    .set({ ...columns, updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
}

/** Of a slide that has arrived, all is there. */
async function coverageOf({ access, arriving }: SlidesDeps, id: SlideId) {
  const slide = await access.load(id);
  if (slide?.status.kind !== 'arriving' || slide.originalKey === null) {
    return { chunkCount: 1, received: [[0, 1]] as [number, number][] };
  }
  const { chunkCount, received } = await arriving.coverage(slide.originalKey);
  return {
    chunkCount,
    received: received.map(([first, afterLast]): [number, number] => [first, afterLast]),
  };
}

function readingHandlers(
  deps: SlidesDeps,
): Part<'slide.list' | 'slide.get' | 'slide.coverage' | 'slide.arrivals' | 'slide.calibrations'> {
  const { database, now } = deps;
  return {
    'slide.list': async ({ actor, query }) => {
      const deleted = query.deleted === 'true';
      if (deleted && !roleMay(actor.role, 'slide.delete')) {
        throw new AppError('access.refused', 'only who may delete sees what is deleted');
      }
      const { search, cursor, limit } = query;
      return await inScope(database, { kind: 'actor', actor }, (transaction) =>
        listSlides(transaction, { actor, nowMs: now() }, { search, cursor, limit, deleted }),
      );
    },
    'slide.get': ({ actor, params }) =>
      inScope(database, { kind: 'actor', actor }, (transaction) =>
        getSlide(transaction, { actor, nowMs: now() }, params.slideId),
      ),
    'slide.coverage': ({ params }) => coverageOf(deps, params.slideId),
    'slide.arrivals': async ({ params, signal }) => {
      const slide = await deps.access.load(params.slideId);
      return { parts: await deps.arriving.follow(slide?.originalKey ?? null, signal) };
    },
    'slide.calibrations': ({ actor, params }) =>
      inScope(database, { kind: 'actor', actor }, (transaction) =>
        listCalibrations(transaction, params.slideId),
      ),
  };
}

function changingHandlers(
  deps: SlidesDeps,
): Part<'slide.update' | 'slide.delete' | 'slide.restore' | 'slide.retry'> {
  return {
    'slide.update': ({ actor, params, body }) => {
      const columns = {
        ...(body.name === undefined ? {} : { name: body.name }),
        ...(body.stain === undefined ? {} : { stain: body.stain === '' ? null : body.stain }),
        ...(body.note === undefined ? {} : { note: body.note === '' ? null : body.note }),
      };
      return change(deps, actor, params.slideId, { action: 'slide.update' }, (transaction) =>
        updateSlide(transaction, params.slideId, columns),
      );
    },
    'slide.delete': async ({ actor, params }) => {
      await change(deps, actor, params.slideId, { action: 'slide.delete' }, (transaction) =>
        updateSlide(transaction, params.slideId, { deleted_at: new Date(deps.now()) }),
      );
      return undefined;
    },
    'slide.restore': ({ actor, params }) =>
      change(deps, actor, params.slideId, { action: 'slide.restore' }, (transaction) =>
        updateSlide(transaction, params.slideId, { deleted_at: null }),
      ),
    'slide.retry': async ({ actor, params }) => {
      await deps.reopen(params.slideId);
      return await change(deps, actor, params.slideId, { action: 'slide.retry' }, () =>
        Promise.resolve(),
      );
    },
  };
}

function calibratingHandlers(deps: SlidesDeps): Part<'slide.calibrate'> {
  return {
    'slide.calibrate': ({ actor, params, body }) => {
      const { mpp, reason } = body;
      const plausible = [mpp.x, mpp.y].every((value) => value >= LEAST_MPP && value <= MOST_MPP);
      if (!plausible) throw new AppError('slide.implausible-mpp', `${mpp.x} x ${mpp.y}`);
      const event = { action: 'slide.calibrate', detail: { mppX: mpp.x, mppY: mpp.y } };
      return change(deps, actor, params.slideId, event, (transaction) =>
        transaction
          .insertInto('calibrations')
          .values({
            id: deps.newId(),
            slide_id: params.slideId,
            mpp_x: mpp.x,
            mpp_y: mpp.y,
            reason,
            account_id: actor.accountId,
            created_at: new Date(deps.now()),
          })
          .execute(),
      );
    },
  };
}

function sharingHandlers(deps: SlidesDeps): Part<'slide.shares' | 'slide.share' | 'slide.unshare'> {
  const { database, recordAudit, access, now, newId } = deps;
  const audit = (
    transaction: DatabaseTransaction,
    actor: Actor,
    slideId: SlideId,
    event: Pick<AuditEvent, 'action' | 'detail'>,
  ) =>
    recordAudit(transaction, {
      ...event,
      subject: `slide:${slideId}`,
      accountId: actor.accountId,
      hospitalId: actor.hospitalId,
    });
  return {
    'slide.shares': ({ actor, params }) =>
      inScope(database, { kind: 'actor', actor }, (transaction) =>
        listShares(transaction, params.slideId),
      ),
    'slide.share': async ({ actor, params, body }) => {
      const { slideId } = params;
      const { hospitalId, includeLabel } = body;
      const expiresAt = body.expiresAt === null ? null : new Date(body.expiresAt);
      const detail = { to: hospitalId, includeLabel, until: body.expiresAt };
      const share = await inScope(database, { kind: 'actor', actor }, async (transaction) => {
        const needs = { id: newId(), actor, now: new Date(now()) };
        const lent = { slideId, hospitalId, includeLabel, expiresAt };
        const made = await lendSlide(transaction, needs, lent);
        await audit(transaction, actor, slideId, { action: 'slide.share', detail });
        return made;
      });
      access.drop(slideId);
      return share;
    },
    'slide.unshare': async ({ actor, params }) => {
      const { slideId, shareId } = params;
      await inScope(database, { kind: 'actor', actor }, async (transaction) => {
        await endShare(transaction, slideId, shareId, new Date(now()));
        await audit(transaction, actor, slideId, {
          action: 'slide.unshare',
          detail: { share: shareId },
        });
      });
      access.drop(slideId);
      return undefined;
    },
  };
}

/** The slide in the revision of an address. A revision that is not known yet is looked for once more. */
async function readyAt({ access }: SlidesDeps, id: SlideId, revision: number): Promise<ReadySlide> {
  const known = await access.load(id);
  if (known !== undefined && known.revision < revision) access.drop(id);
  return requireReady(await access.load(id), revision);
}

function pictureHandlers(
  deps: SlidesDeps,
): Part<'slide.tile' | 'slide.thumbnail' | 'slide.associated'> {
  const { tiles, share, pictures } = deps;
  const orWish = async <Value>(
    slide: ReadySlide,
    actor: Actor,
    read: () => Promise<Value>,
  ): Promise<Value> => {
    try {
      return await read();
    } catch (cause) {
      wishFor(deps.arriving, slide, actor, cause);
      throw cause;
    }
  };
  return {
    'slide.tile': async ({ actor, params }) => {
      const slide = await readyAt(deps, params.slideId, params.revision);
      const { accountId } = actor;
      const read = () => share.read(accountId, () => tiles.read(slide, params, accountId));
      const { bytes } = await orWish(slide, actor, read);
      return jpegReply(bytes, IMMUTABLE);
    },
    'slide.thumbnail': async ({ actor, params }) => {
      const slide = await readyAt(deps, params.slideId, params.revision);
      const picture = await orWish(slide, actor, () => pictures.thumbnail(slide));
      return jpegReply(picture, IMMUTABLE);
    },
    'slide.associated': async ({ actor, params }) => {
      const slide = requireReady(await deps.access.load(params.slideId));
      const read = () => pictures.associated(slide, params.kind);
      return jpegReply(await orWish(slide, actor, read), 'no-store');
    },
  };
}

/** All routes of slides. */
export function slideHandlers(deps: SlidesDeps): Pick<Handlers, SlideName> {
  return {
    ...readingHandlers(deps),
    ...changingHandlers(deps),
    ...calibratingHandlers(deps),
    ...sharingHandlers(deps),
    ...pictureHandlers(deps),
  };
}
