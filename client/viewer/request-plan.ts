/** How the tiles that wait are asked for. */
export interface RequestPlan {
  /** Requests in flight at most. */
  readonly parallel: number;
  /** Over how many of them the tiles that wait now are dealt out; each carries up to `tilesEach`. */
  readonly streams: number;
  readonly tilesEach: number;
}

export interface MeasuredLine {
  readonly roundTripMs: number | null;
  readonly bytesPerMs: number | null;
}

/** HTTP/1.1: what a browser opens to one host. */
const CONNECTIONS = 6;
/** What a tile of its own keeps that one in a shared reply loses, the browser's cache, is worth this wait. */
const WORTH_WAITING_MS = 60;
const MOST_TILES_EACH = 16;

/** One by one: measured, unlimited makes a fast pan load twice the tiles it shows. */
const ONE_BY_ONE: RequestPlan = { parallel: 8, streams: 8, tilesEach: 1 };

/**
 * One by one, tiles take a round trip for every six of them; in shared replies, one for all. Not all in one
 * reply: several connections leave their slow start together (five first windows of 14 kB are a field of glass
 * and some tissue), and a lost packet holds up one of them only. The sixth takes what comes into sight
 * meanwhile, and the rest of the page.
 */
export function planRequests({ roundTripMs }: MeasuredLine, waiting: number): RequestPlan {
  const rounds = Math.ceil(waiting / CONNECTIONS);
  const savedMs = (roundTripMs ?? 0) * (rounds - 1);
  if (savedMs <= WORTH_WAITING_MS) return ONE_BY_ONE;
  const streams = CONNECTIONS - 1;
  const tilesEach = Math.min(MOST_TILES_EACH, Math.ceil(waiting / streams));
  return { parallel: CONNECTIONS, streams, tilesEach };
}

/** A quarter of a second of the line: a reader who moves on does not wait for what was fetched ahead. */
const AHEAD_MS = 250;
const USUAL_TILE_BYTES = 24 * 1024;

/** Tiles that nobody sees yet: two small requests, so that little is on the way when the reader moves. */
export function planAhead({ roundTripMs, bytesPerMs }: MeasuredLine): RequestPlan {
  if (roundTripMs === null || bytesPerMs === null) return { parallel: 1, streams: 1, tilesEach: 1 };
  const tiles = Math.floor((bytesPerMs * AHEAD_MS) / USUAL_TILE_BYTES);
  return { parallel: 2, streams: 2, tilesEach: Math.min(12, Math.max(1, tiles)) };
}
