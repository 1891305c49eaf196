import { createLineFlight, type ParcelResult } from '../../../shared/upload/line-flight.ts';

/** Leave to send one parcel; to be given back with what became of it. */
export interface SendSlot {
  /** How large the parcel should be; a single chunk may be larger. */
  readonly bytes: number;
  readonly release: (result: ParcelResult) => void;
}

/**
 * How much is in flight, over all uploads together. A free slot goes to the most urgent; among equals to the
 * upload that has the fewest in flight, so that a small slide is not stuck behind a large one.
 */
export interface SendSlots {
  /** Rejects when the signal is aborted before there is a slot. */
  acquire(uploadId: string, signal: AbortSignal, urgency?: () => Urgency): Promise<SendSlot>;
  /** Some upload may be more urgent than it was. */
  look(): void;
}

/** How urgent the next parcel of an upload is; the larger goes first. */
export const URGENCY = {
  /** A reader waits for it. */
  wished: 4,
  /** The technician says that this upload goes first. */
  marked: 3,
  /** With it the slide can be looked at. */
  firstLook: 2,
  inTurn: 1,
  /** Others were added before. */
  later: 0,
} as const;
export type Urgency = (typeof URGENCY)[keyof typeof URGENCY];

interface Waiting {
  readonly uploadId: string;
  readonly urgency: () => Urgency;
  readonly grant: (slot: SendSlot) => void;
}

/** Parcels in flight, by upload. */
function createFlightCount() {
  const inFlight = new Map<string, number>();
  const of = (uploadId: string): number => inFlight.get(uploadId) ?? 0;
  return {
    of,
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
  { uploadId, urgency }: Pick<Waiting, 'uploadId' | 'urgency'>,
  signal: AbortSignal,
  onJoined: () => void,
): Promise<SendSlot> {
  return await new Promise<SendSlot>((resolve, reject) => {
    const leave = (): void => {
      line.splice(line.indexOf(waiting), 1);
      reject(signal.reason as Error);
    };
    const grant = (slot: SendSlot): void => {
      signal.removeEventListener('abort', leave);
      resolve(slot);
    };
    const waiting = { uploadId, urgency, grant };
    signal.addEventListener('abort', leave, { once: true });
    line.push(waiting);
    onJoined();
  });
}

export function createSendSlots(now: () => number): SendSlots {
  const way = createLineFlight(now);
  const flight = createFlightCount();
  const line: Waiting[] = [];

  function comesBefore(one: Waiting, other: Waiting | undefined): boolean {
    if (other === undefined || one === other) return false;
    const more = one.urgency() - other.urgency();
    if (more !== 0) return more > 0;
    return flight.of(one.uploadId) < flight.of(other.uploadId);
  }

  function grantNext(): void {
    while (line.length > 0) {
      // Ties go to who waits longest: the line is in that order, and only fewer in flight overtakes.
      let best = 0;
      for (const [at, waiting] of line.entries()) if (comesBefore(waiting, line[best])) best = at;
      const next = line[best];
      if (next === undefined || !way.hasRoom(next.urgency() === URGENCY.wished)) return;
      line.splice(best, 1);
      next.grant(slotFor(next.uploadId));
    }
  }

  function slotFor(uploadId: string): SendSlot {
    const bytes = way.parcelBytes();
    const land = way.begin(bytes);
    let held = true;
    flight.change(uploadId, 1);
    return {
      bytes,
      release: (result) => {
        if (!held) return;
        held = false;
        flight.change(uploadId, -1);
        land(result);
        grantNext();
      },
    };
  }

  return {
    look: grantNext,
    acquire: async (uploadId, signal, urgency = () => URGENCY.inTurn) => {
      signal.throwIfAborted();
      return await waitInLine(line, { uploadId, urgency }, signal, grantNext);
    },
  };
}
