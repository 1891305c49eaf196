import { type Actor, can } from '../../shared/access/can.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { SlideId } from '../../shared/ids.ts';
import type { TileAddress, TileQuality } from '../../shared/slide/tile-address.ts';
import type { BytesReply, Handlers, RequestOf } from '../http/handler.ts';
import { asAppError } from '../http/problem.ts';
import type { ReadySlide } from './read-tile.ts';
import { requireReady } from './ready-slide.ts';
import type { SlidesDeps } from './slides-deps.ts';
import { streamTiles } from './stream-tiles.ts';
import { wishFor } from './wish-for.ts';

const IMMUTABLE = 'private, max-age=31536000, immutable';

function jpegReply(bytes: Uint8Array, cacheControl: BytesReply['cacheControl']): BytesReply {
  return { bytes, contentType: 'image/jpeg', cacheControl };
}

/** The slide in the revision of an address. A revision that is not known yet is looked for once more. */
async function readyAt({ access }: SlidesDeps, id: SlideId, revision: number): Promise<ReadySlide> {
  const known = await access.load(id);
  if (known !== undefined && known.revision < revision) access.drop(id);
  return requireReady(await access.load(id), revision);
}

/** What is looked for before it has been sent is asked of the sender. */
async function orWish<Value>(
  { arriving }: SlidesDeps,
  slide: ReadySlide,
  actor: Actor,
  read: () => Promise<Value>,
): Promise<Value> {
  try {
    return await read();
  } catch (cause) {
    wishFor(arriving, slide, actor, cause);
    throw cause;
  }
}

interface TileWanted {
  readonly slide: ReadySlide;
  readonly address: TileAddress;
  readonly quality: TileQuality;
  readonly actor: Actor;
}

/** One tile in the quality that was asked for, within what its reader may ask, and counted. */
async function readIn(
  deps: SlidesDeps,
  { slide, address, quality, actor }: TileWanted,
): Promise<Uint8Array> {
  const { tiles, light, share, metrics } = deps;
  const { accountId } = actor;
  const read = async () => {
    if (quality === 'full') return await tiles.read(slide, address, accountId);
    return { bytes: await light.read(slide, address, accountId), origin: 'light' as const };
  };
  try {
    const shared = () => share.read(accountId, read);
    const { bytes, origin } = await orWish(deps, slide, actor, shared);
    metrics.tile(origin);
    return bytes;
  } catch (cause) {
    const { code } = asAppError(cause);
    metrics.tile(code === 'tile.not-arrived' ? 'not-arrived' : 'failed');
    throw cause;
  }
}

/** @throws AppError 'access.unsigned', 'request.not-found' once the sign-in or the right has ended */
async function requireStill(
  { access, actorNow, now }: SlidesDeps,
  { params, header }: Pick<RequestOf<'slide.tiles'>, 'params' | 'header'>,
): Promise<void> {
  const actor = await actorNow(header);
  if (actor === undefined) throw new AppError('access.unsigned', 'the sign-in has ended meanwhile');
  const slide = await access.load(params.slideId);
  if (slide === undefined || !can(actor, 'slide.view', slide.resource, now())) {
    throw new AppError('request.not-found', 'the right to see the slide has ended meanwhile');
  }
}

export function tileHandlers(deps: SlidesDeps): Pick<Handlers, 'slide.tile' | 'slide.tiles'> {
  return {
    'slide.tile': async ({ actor, params, query: { quality } }) => {
      const slide = await readyAt(deps, params.slideId, params.revision);
      const bytes = await readIn(deps, { slide, address: params, quality, actor });
      return jpegReply(bytes, IMMUTABLE);
    },
    'slide.tiles': async (request) => {
      const { actor, params, query } = request;
      const { quality } = query;
      const slide = await readyAt(deps, params.slideId, params.revision);
      const needs = {
        readTile: (address: TileAddress) => readIn(deps, { slide, address, quality, actor }),
        mayStill: () => requireStill(deps, request),
      };
      return { parts: streamTiles(needs, query.tiles) };
    },
  };
}

export function pictureHandlers(
  deps: SlidesDeps,
): Pick<Handlers, 'slide.thumbnail' | 'slide.associated'> {
  const { pictures } = deps;
  return {
    'slide.thumbnail': async ({ actor, params }) => {
      const slide = await readyAt(deps, params.slideId, params.revision);
      const picture = await orWish(deps, slide, actor, () => pictures.thumbnail(slide));
      return jpegReply(picture, IMMUTABLE);
    },
    'slide.associated': async ({ actor, params }) => {
      const slide = requireReady(await deps.access.load(params.slideId));
      const read = () => pictures.associated(slide, params.kind);
      return jpegReply(await orWish(deps, slide, actor, read), 'no-store');
    },
  };
}
