import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Actor, can } from '../../shared/access/can.ts';
import type { TileParams } from '../../shared/slide/tile-address.ts';
import type { ArrivingSlides } from '../deps.ts';
import { bringsAccessToken, type SessionCache } from '../http/authenticate.ts';
import type { FastPath } from '../http/create-server.ts';
import type { Metrics } from '../http/metrics.ts';
import { asAppError, sendProblem } from '../http/problem.ts';
import { refuseLater } from '../http/refuse-later.ts';
import { parseTileUrl } from './parse-tile-url.ts';
import type { ReadySlide, TileReader } from './read-tile.ts';
import { readySlide } from './ready-slide.ts';
import { wishFor } from './wish-for.ts';
import type { SlideAccessCache } from './slide-access.ts';
import type { TileShare } from './tile-share.ts';

export interface FastTileDeps {
  readonly sessions: Pick<SessionCache, 'peek'>;
  readonly access: Pick<SlideAccessCache, 'peek'>;
  readonly tiles: TileReader;
  readonly share: TileShare;
  readonly arriving: Pick<ArrivingSlides, 'wish'>;
  readonly metrics: Pick<Metrics, 'tile' | 'refused'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newRequestId: () => string;
}

/** The address carries the revision: what it names never changes. Private: a tile is patient data. */
const IMMUTABLE = 'private, max-age=31536000, immutable';

/** Beside the revision, the address is all that a tile depends on. */
function etagOf({ revision, level, column, row }: TileParams): string {
  return `"${revision}-${level}-${column}-${row}"`;
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  params: TileParams,
  tile: Buffer,
): void {
  const etag = etagOf(params);
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, ['ETag', etag, 'Cache-Control', IMMUTABLE]);
    response.end();
    return;
  }
  response.writeHead(200, [
    'Content-Type',
    'image/jpeg',
    'Content-Length',
    String(tile.length),
    'Cache-Control',
    IMMUTABLE,
    'ETag',
    etag,
    'X-Content-Type-Options',
    'nosniff',
    'Cross-Origin-Resource-Policy',
    'same-origin',
  ]);
  if (request.method === 'HEAD') response.end();
  else response.end(tile);
}

interface Admitted {
  readonly slide: ReadySlide;
  readonly actor: Actor;
}

/** The slide of a tile that this request may see, when all that decides it is in memory. */
function admitted(
  { sessions, access, now }: FastTileDeps,
  request: IncomingMessage,
  params: TileParams,
): Admitted | undefined {
  const actor = sessions.peek(request.headers.cookie);
  const slide = actor === undefined ? undefined : access.peek(params.slideId);
  if (actor === undefined || slide === undefined) return undefined;
  if (!can(actor, 'slide.view', slide.resource, now())) return undefined;
  const ready = readySlide(slide);
  return ready?.revision === params.revision ? { slide: ready, actor } : undefined;
}

async function answer(
  { tiles, share, metrics, arriving, newRequestId }: FastTileDeps,
  request: IncomingMessage,
  response: ServerResponse,
  [params, { slide, actor }]: readonly [TileParams, Admitted],
): Promise<void> {
  try {
    const tile = await share.inTurn(actor.accountId, async () =>
      // Who hung up while the line was long: nothing is composed for nobody.
      response.destroyed ? undefined : await tiles.read(slide, params, actor.accountId),
    );
    if (tile === undefined) return;
    const { bytes, origin } = tile;
    metrics.tile(origin);
    if (!response.destroyed) send(request, response, params, bytes);
  } catch (cause) {
    const error = asAppError(cause);
    metrics.tile(error.code === 'tile.not-arrived' ? 'not-arrived' : 'failed');
    wishFor(arriving, slide, actor, error);
    sendProblem(response, error, newRequestId());
  }
}

/**
 * Answers a tile in front of Express, when the sign-in and the slide's access list are in memory and allow
 * it. Everything else, refusals included, goes the long way: there is one place that refuses.
 */
export function fastTileRoute(deps: FastTileDeps): FastPath {
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const params = parseTileUrl(request.url ?? '');
    // Programs have a limit of their own, which the long way counts.
    if (params === undefined || bringsAccessToken(request.headers.authorization)) return false;
    const known = admitted(deps, request, params);
    if (known === undefined) return false;
    const retryAfterSeconds = deps.share.count(known.actor.accountId);
    if (retryAfterSeconds > 0) {
      deps.metrics.refused('tiles');
      refuseLater(request, response, { requestId: deps.newRequestId(), retryAfterSeconds });
      return true;
    }
    const recent = deps.tiles.peek(known.slide, params);
    if (recent === undefined) {
      void answer(deps, request, response, [params, known]);
      return true;
    }
    deps.metrics.tile('memory');
    send(request, response, params, recent);
    return true;
  };
}
