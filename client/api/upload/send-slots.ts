import { FIRST_CONCURRENCY, nextConcurrency } from '../../../shared/upload/concurrency.ts';

export interface SendResult {
  readonly bytes: number;
  /** Lost on the line, or the server was busy: reason to send less at once. */
  readonly lost: boolean;
}

/** Leave to send one chunk; to be given back with what became of it. */
export type SendSlot = (result: SendResult) => void;

/**
 * How many chunks are in flight, over all uploads together. A free slot goes to the upload that has the
 * fewest in flight, so that a small slide is not stuck behind a large one.
 */
export interface SendSlots {
  /** Rejects when the signal is aborted before there is a slot. */
  acquire(uploadId: string, signal: AbortSignal): Promise<SendSlot>;
  limit(): number;
}

interface Waiting {
  readonly uploadId: string;
  readonly grant: () => void;
}

export function createSendSlots(now: () => number): SendSlots {
  let concurrency = FIRST_CONCURRENCY;
  let window = { bytes: 0, lost: 0, chunks: 0, sinceMs: now() };
  const inFlight = new Map<string, number>();
  const line: Waiting[] = [];
  const countOf = (uploadId: string): number => inFlight.get(uploadId) ?? 0;
  const total = (): number => [...inFlight.values()].reduce((sum, count) => sum + count, 0);

  function grantNext(): void {
    while (line.length > 0 && total() < concurrency.limit) {
      // Ties go to who waits longest: the line is in that order, and only fewer in flight overtakes.
      let best = 0;
      for (const [at, { uploadId }] of line.entries()) {
        if (countOf(uploadId) < countOf(line[best]?.uploadId ?? '')) best = at;
      }
      const [next] = line.splice(best, 1);
      if (next === undefined) return;
      inFlight.set(next.uploadId, countOf(next.uploadId) + 1);
      next.grant();
    }
  }

  function measure({ bytes, lost }: SendResult): void {
    window.bytes += bytes;
    window.lost += lost ? 1 : 0;
    window.chunks += 1;
    if (window.chunks < 2 * concurrency.limit && window.lost === 0) return;
    const elapsedMs = now() - window.sinceMs;
    // With nobody waiting the line was not full, and its speed says nothing about the limit.
    if (line.length > 0 || window.lost > 0) {
      concurrency = nextConcurrency(concurrency, { ...window, elapsedMs });
    }
    window = { bytes: 0, lost: 0, chunks: 0, sinceMs: now() };
  }

  function slotFor(uploadId: string): SendSlot {
    let held = true;
    return (result) => {
      if (!held) return;
      held = false;
      const left = countOf(uploadId) - 1;
      if (left > 0) inFlight.set(uploadId, left);
      else inFlight.delete(uploadId);
      measure(result);
      grantNext();
    };
  }

  return {
    limit: () => concurrency.limit,
    acquire: async (uploadId, signal) => {
      signal.throwIfAborted();
      await new Promise<void>((resolve, reject) => {
        const leave = (): void => {
          line.splice(line.indexOf(waiting), 1);
          reject(signal.reason as Error);
        };
        const grant = (): void => {
          signal.removeEventListener('abort', leave);
          resolve();
        };
        const waiting = { uploadId, grant };
        signal.addEventListener('abort', leave, { once: true });
        line.push(waiting);
        grantNext();
      });
      return slotFor(uploadId);
    },
  };
}
