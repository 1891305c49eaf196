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
 * fewest in flight, so that a small slide is not stuck behind a large one; before all, to one whose next chunk
 * a reader waits for.
 */
export interface SendSlots {
  /** Rejects when the signal is aborted before there is a slot. */
  acquire(uploadId: string, signal: AbortSignal, isUrgent?: () => boolean): Promise<SendSlot>;
  limit(): number;
}

interface Waiting {
  readonly uploadId: string;
  readonly isUrgent: () => boolean;
  readonly grant: () => void;
}

interface SendMeter {
  limit(): number;
  /** @param isFull whether others waited: only then does the speed say something about the limit */
  measure(result: SendResult, isFull: boolean): void;
}

/** Looks at windows of a few chunks and moves the limit by what they show. */
function createSendMeter(now: () => number): SendMeter {
  let concurrency = FIRST_CONCURRENCY;
  let window = { bytes: 0, lost: 0, chunks: 0, sinceMs: now() };
  return {
    limit: () => concurrency.limit,
    measure: ({ bytes, lost }, isFull) => {
      window.bytes += bytes;
      window.lost += lost ? 1 : 0;
      window.chunks += 1;
      if (window.chunks < 2 * concurrency.limit && window.lost === 0) return;
      const elapsedMs = now() - window.sinceMs;
      if (isFull || window.lost > 0) {
        concurrency = nextConcurrency(concurrency, { ...window, elapsedMs });
      }
      window = { bytes: 0, lost: 0, chunks: 0, sinceMs: now() };
    },
  };
}

/** Chunks in flight, by upload. */
function createFlightCount() {
  const inFlight = new Map<string, number>();
  const of = (uploadId: string): number => inFlight.get(uploadId) ?? 0;
  return {
    of,
    total: () => [...inFlight.values()].reduce((sum, count) => sum + count, 0),
    change: (uploadId: string, by: 1 | -1) => {
      const count = of(uploadId) + by;
      if (count > 0) inFlight.set(uploadId, count);
      else inFlight.delete(uploadId);
    },
  };
}

/** Joins the line; rejects, and leaves it, when the signal is aborted first. */
async function waitInLine(
  line: Waiting[],
  { uploadId, isUrgent }: Pick<Waiting, 'uploadId' | 'isUrgent'>,
  signal: AbortSignal,
  onJoined: () => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const leave = (): void => {
      line.splice(line.indexOf(waiting), 1);
      reject(signal.reason as Error);
    };
    const grant = (): void => {
      signal.removeEventListener('abort', leave);
      resolve();
    };
    const waiting = { uploadId, isUrgent, grant };
    signal.addEventListener('abort', leave, { once: true });
    line.push(waiting);
    onJoined();
  });
}

export function createSendSlots(now: () => number): SendSlots {
  const meter = createSendMeter(now);
  const flight = createFlightCount();
  const line: Waiting[] = [];

  function comesBefore(one: Waiting, other: Waiting | undefined): boolean {
    if (other === undefined || one === other) return false;
    const isUrgent = one.isUrgent();
    if (isUrgent !== other.isUrgent()) return isUrgent;
    return flight.of(one.uploadId) < flight.of(other.uploadId);
  }

  function grantNext(): void {
    while (line.length > 0 && flight.total() < meter.limit()) {
      // Ties go to who waits longest: the line is in that order, and only fewer in flight overtakes.
      let best = 0;
      for (const [at, waiting] of line.entries()) if (comesBefore(waiting, line[best])) best = at;
      const [next] = line.splice(best, 1);
      if (next === undefined) return;
      flight.change(next.uploadId, 1);
      next.grant();
    }
  }

  function slotFor(uploadId: string): SendSlot {
    let held = true;
    return (result) => {
      if (!held) return;
      held = false;
      flight.change(uploadId, -1);
      meter.measure(result, line.length > 0);
      grantNext();
    };
  }

  return {
    limit: () => meter.limit(),
    acquire: async (uploadId, signal, isUrgent = () => false) => {
      signal.throwIfAborted();
      await waitInLine(line, { uploadId, isUrgent }, signal, grantNext);
      return slotFor(uploadId);
    },
  };
}
