/** How sending one chunk, or asking about an upload, can fail. */
export type SendFailure =
  /** No answer: the line is cut, the server is gone, or the answer was lost on the way. */
  | { readonly kind: 'network' }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly code: string;
      readonly retryAfterMs: number | null;
    };

/** What to do about it. `askFirst`: the chunk may have become durable, so ask before sending it again. */
export type RetryStep =
  | { readonly kind: 'again'; readonly delayMs: number; readonly askFirst: boolean }
  | { readonly kind: 'wait-for-network'; readonly delayMs: number }
  | { readonly kind: 'wait-for-room'; readonly delayMs: number }
  | { readonly kind: 'give-up'; readonly code: string };

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
const ROOM_DELAY_MS = 5_000;
/** A chunk that arrives damaged this often in a row is not bad luck. */
const MOST_DAMAGED = 8;

/** Exponential back-off with full jitter, so that a restarted server is not met by all at once. */
export function backOffMs(attempt: number, random: number): number {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 20));
  return Math.round(ceiling * (0.5 + random / 2));
}

/**
 * @param attempt failures in a row before this one, from 0
 * @param random from [0, 1), injected
 */
export function planRetry(failure: SendFailure, attempt: number, random: number): RetryStep {
  if (failure.kind === 'network') {
    return { kind: 'wait-for-network', delayMs: backOffMs(attempt, random) };
  }
  const { status, code, retryAfterMs } = failure;
  if (code === 'upload.disk-full' || status === 507) {
    return { kind: 'wait-for-room', delayMs: retryAfterMs ?? ROOM_DELAY_MS };
  }
  if (code === 'upload.digest-mismatch') {
    return attempt < MOST_DAMAGED
      ? { kind: 'again', delayMs: 0, askFirst: false }
      : { kind: 'give-up', code };
  }
  if (status === 429 || status === 408 || status >= 500) {
    const delayMs = retryAfterMs ?? backOffMs(attempt, random);
    return { kind: 'again', delayMs, askFirst: status !== 429 };
  }
  return { kind: 'give-up', code };
}
