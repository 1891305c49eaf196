import { CHUNK_BYTES } from './chunk-grid.ts';

/**
 * How much is sent at once, learned from what came through. Three wishes pull: the line must be full, what a
 * reader waits for must not stand behind much that was sent before it, and requests cost. So a parcel (the chunks
 * of one request) is as large as the line carries in a twentieth of a second, or in two fifths of the time until it
 * is acknowledged where that is longer; and half as many bytes again are under way as the line carries until an
 * acknowledgement comes, and one parcel more. After BBR (Cardwell et al., ACM Queue 14/5, 2016): the fastest
 * delivery seen lately says what the line carries, and parcels that had it for themselves how long it is. Of those
 * the mean and not the shortest: a server that syncs its disk answers now sooner, now later.
 */
export interface LinePace {
  /** Bytes per second that were delivered over the last parcels, the latest last. */
  readonly rates: readonly number[];
  /** Milliseconds between sending and acknowledgement of the last parcels that had the line for themselves. */
  readonly waits: readonly number[];
  /** Parcels since the last of those. */
  readonly sinceAlone: number;
}

/** One parcel that became durable. */
export interface SentParcel {
  readonly elapsedMs: number;
  /** Nothing else was under way when it was sent. */
  readonly isAlone: boolean;
  /** Bytes of all parcels that became durable between the last acknowledgement before it was sent and its own. */
  readonly deliveredBytes: number;
  readonly deliveredMs: number;
}

/** Browsers allow six connections to one HTTP/1.1 origin; one listens for wishes, one is the page's own. */
export const MOST_IN_FLIGHT = 4;
/** Bounds what a server holds in memory for one request. */
export const MOST_PARCEL_BYTES = 4 << 20;
/** Bounds the list of digests in its header. */
const MOST_PARCEL_CHUNKS = 64;

const LEAST_PARCEL_MS = 50;
const PARCELS_OF_A_WAIT = 2.5;
const RATES_KEPT = 10;
/** After so many parcels the line is let run empty for a moment: what stands in it would grow unseen. */
const ALONE_EVERY = 96;
const WAITS_KEPT = 4;
/** More than the line holds: who sends less than it could learns of no more. */
const GAIN = 1.5;

/** Before anything is known: a line of 8 Mbit/s. */
export const FIRST_PACE: LinePace = { rates: [1e6], waits: [150], sinceAlone: 0 };

function rateOf({ rates }: LinePace): number {
  return Math.max(...rates);
}

function waitOf({ waits }: LinePace): number {
  return waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
}

/** The latest of what was measured; what was assumed before goes. */
function latest(pace: LinePace, known: readonly number[], value: number, most: number): number[] {
  return pace === FIRST_PACE ? [value] : [...known, value].slice(-most);
}

export function noteParcel(pace: LinePace, parcel: SentParcel): LinePace {
  const { elapsedMs, isAlone, deliveredBytes, deliveredMs } = parcel;
  if (deliveredMs <= 0 || elapsedMs <= 0) return pace;
  const rate = (deliveredBytes * 1000) / deliveredMs;
  return {
    rates: latest(pace, pace.rates, rate, RATES_KEPT),
    waits: isAlone ? latest(pace, pace.waits, elapsedMs, WAITS_KEPT) : pace.waits,
    sinceAlone: isAlone ? 0 : pace.sinceAlone + 1,
  };
}

/** Lost on the line, or refused because the server was busy: half as much, until more comes through again. */
export function noteLoss(pace: LinePace): LinePace {
  return { ...pace, rates: [rateOf(pace) / 2] };
}

/** How large the next request should be. */
export function parcelBytes(pace: LinePace): number {
  const bytes = (rateOf(pace) * Math.max(LEAST_PARCEL_MS, waitOf(pace) / PARCELS_OF_A_WAIT)) / 1000;
  return Math.min(MOST_PARCEL_BYTES, Math.max(CHUNK_BYTES, bytes));
}

/** How many chunks of this size make a parcel of so many bytes. */
export function chunksPerParcel(bytes: number, chunkBytes: number): number {
  return Math.min(MOST_PARCEL_CHUNKS, Math.max(1, Math.round(bytes / chunkBytes)));
}

/** How much may be under way. The first parcel may always go, however large its one chunk. */
export function flightBytes(pace: LinePace): number {
  return (GAIN * rateOf(pace) * waitOf(pace)) / 1000 + parcelBytes(pace);
}

/** Whether the next parcel should wait until nothing else is under way. */
export function shouldGoAlone({ sinceAlone }: LinePace): boolean {
  return sinceAlone >= ALONE_EVERY;
}
