import {
  FIRST_PACE,
  flightBytes,
  type LinePace,
  MOST_IN_FLIGHT,
  noteLoss,
  noteParcel,
  parcelBytes,
  shouldGoAlone,
} from './line-pace.ts';

export interface ParcelResult {
  /** That became durable. */
  readonly bytes: number;
  /** Lost on the line, or the server was busy. */
  readonly lost: boolean;
}

/** What is under way to the server, and what that says about the line; kept from one slide to the next. */
export interface LineFlight {
  /**
   * Whether one more parcel may go. What is urgent goes at once: the line carries it behind what is on it already,
   * and no later.
   */
  hasRoom(isUrgent: boolean): boolean;
  /** How large the next parcel should be, in bytes. */
  parcelBytes(): number;
  /** @returns to be called with what became of the parcel */
  begin(bytes: number): (result: ParcelResult) => void;
}

/** @param now milliseconds on any steady clock */
export function createLineFlight(now: () => number): LineFlight {
  let pace: LinePace = FIRST_PACE;
  let [underWay, count, delivered] = [0, 0, 0];
  let deliveredAtMs = now();
  let isAsking = false;
  return {
    parcelBytes: () => parcelBytes(pace),
    hasRoom: (isUrgent) => {
      if (count === 0) return true;
      if (count >= MOST_IN_FLIGHT) return false;
      if (isUrgent) return true;
      if (shouldGoAlone(pace) && !isAsking) return false;
      return underWay + parcelBytes(pace) <= flightBytes(pace);
    },
    begin: (sent) => {
      const sentAtMs = now();
      const isAlone = count === 0;
      // After a rest the last acknowledgement says nothing about the line.
      const before = { delivered, atMs: isAlone ? sentAtMs : deliveredAtMs };
      isAsking ||= isAlone;
      underWay += sent;
      count += 1;
      return ({ bytes, lost }) => {
        underWay -= sent;
        count -= 1;
        if (isAlone) isAsking = false;
        if (lost) pace = noteLoss(pace);
        if (bytes === 0) return;
        delivered += bytes;
        deliveredAtMs = now();
        pace = noteParcel(pace, {
          isAlone,
          elapsedMs: deliveredAtMs - sentAtMs,
          deliveredBytes: delivered - before.delivered,
          deliveredMs: deliveredAtMs - before.atMs,
        });
      };
    },
  };
}
