export interface FrameBudget {
  /** Frames that may come at once after a rest. */
  readonly burst: number;
  readonly perSecond: number;
}

/** A bucket of tokens: what is left at `atMs`. */
export interface FrameBucket {
  readonly left: number;
  readonly atMs: number;
}

export function fullBucket({ burst }: FrameBudget, nowMs: number): FrameBucket {
  return { left: burst, atMs: nowMs };
}

/** The bucket after one more frame, or null: there are too many. */
export function takeFrame(
  { burst, perSecond }: FrameBudget,
  { left, atMs }: FrameBucket,
  nowMs: number,
): FrameBucket | null {
  const elapsed = Math.max(0, nowMs - atMs) / 1000;
  const filled = Math.min(burst, left + elapsed * perSecond);
  return filled < 1 ? null : { left: filled - 1, atMs: nowMs };
}
