/** How many chunks are kept in flight, and what that number was last judged by. */
export interface Concurrency {
  readonly limit: number;
  /** Bytes per second measured over the last full window at this or the previous limit. */
  readonly bestBytesPerSecond: number;
  /** Windows since the limit was last raised without gain; a raise is tried again now and then. */
  readonly windowsHeld: number;
}

/** What one window of sending showed. */
export interface SendWindow {
  readonly bytes: number;
  readonly elapsedMs: number;
  /** Chunks that were lost to the network or refused because the server was busy. */
  readonly lost: number;
}

/** Browsers allow six connections to one HTTP/1.1 origin; one listens for wishes, one is the page's own. */
export const MOST_IN_FLIGHT = 4;
const LEAST_IN_FLIGHT = 1;
/** A raise must pay at least this much to be followed by another. */
const WORTHWHILE_GAIN = 1.05;
const WINDOWS_BEFORE_NEXT_TRY = 8;

export const FIRST_CONCURRENCY: Concurrency = {
  limit: 2,
  bestBytesPerSecond: 0,
  windowsHeld: 0,
};

/**
 * Additive increase while throughput grows, multiplicative decrease on loss. On a line of 150 ms one
 * chunk at a time leaves more than half of 20 Mbit/s unused; on a fast one more in flight only queue.
 */
export function nextConcurrency(current: Concurrency, window: SendWindow): Concurrency {
  if (window.lost > 0) {
    const limit = Math.max(LEAST_IN_FLIGHT, Math.floor(current.limit / 2));
    return { limit, bestBytesPerSecond: 0, windowsHeld: 0 };
  }
  if (window.elapsedMs <= 0) return current;
  const measured = (window.bytes * 1000) / window.elapsedMs;
  const gained = measured >= current.bestBytesPerSecond * WORTHWHILE_GAIN;
  const tryAgain = current.windowsHeld >= WINDOWS_BEFORE_NEXT_TRY;
  if (gained || tryAgain) {
    return {
      limit: Math.min(MOST_IN_FLIGHT, current.limit + 1),
      bestBytesPerSecond: measured,
      windowsHeld: 0,
    };
  }
  return { ...current, windowsHeld: current.windowsHeld + 1 };
}
