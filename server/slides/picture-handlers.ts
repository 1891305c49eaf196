import { can } from '../../shared/access/can.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { SlideId } from '../../shared/ids.ts';
import type { TileAddress, TileQuality } from '../../shared/slide/tile-address.ts';
import type { BytesReply, Handlers, RequestOf } from '../http/handler.ts';
import { asAppError } from '../http/problem.ts';
import type { ReadySlide } from './read-tile.ts';
import { requireReady } from './ready-slide.ts';
import type { SlidesDeps } from './slides-deps.ts';
import { streamTiles } from './stream-tiles.ts';

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

/** One tile in the quality that was asked for, and counted. */
async function readIn(
  { tiles, light, metrics }: SlidesDeps,
  slide: ReadySlide,
  address: TileAddress,
  quality: TileQuality,
): Promise<Uint8Array> {
  try {
    if (quality === 'light') {
      const bytes = await light.read(slide, address);
      metrics.tile('light');
      return bytes;
    }
    const { bytes, origin } = await tiles.read(slide, address);
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
    'slide.tile': async ({ params, query }) => {
      const slide = await readyAt(deps, params.slideId, params.revision);
      return jpegReply(await readIn(deps, slide, params, query.quality), IMMUTABLE);
    },
    'slide.tiles': async (request) => {
      const { params, query } = request;
      const slide = await readyAt(deps, params.slideId, params.revision);
      const needs = {
        readTile: (address: TileAddress) => readIn(deps, slide, address, query.quality),
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
    'slide.thumbnail': async ({ params }) => {
      const slide = await readyAt(deps, params.slideId, params.revision);
      return jpegReply(await pictures.thumbnail(slide), IMMUTABLE);
    },
    'slide.associated': async ({ params }) => {
      const slide = requireReady(await deps.access.load(params.slideId));
      return jpegReply(await pictures.associated(slide, params.kind), 'no-store');
    },
  };
}
