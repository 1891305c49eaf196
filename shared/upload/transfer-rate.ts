/** Bytes that became durable at a moment (milliseconds on any steady clock). */
export interface TransferSample {
  readonly atMs: number;
  readonly bytes: number;
}

export const RATE_WINDOW_MS = 10_000;

/** Samples still inside the window, the new one added. */
export function addSample(
  samples: readonly TransferSample[],
  sample: TransferSample,
): TransferSample[] {
  const kept = samples.filter(({ atMs }) => sample.atMs - atMs < RATE_WINDOW_MS);
  kept.push(sample);
  return kept;
}

/** Bytes per second over the window, 0 when nothing is known. `sinceMs`: when sending began. */
export function bytesPerSecond(
  samples: readonly TransferSample[],
  nowMs: number,
  sinceMs: number,
): number {
  const from = Math.max(sinceMs, nowMs - RATE_WINDOW_MS);
  const elapsedMs = nowMs - from;
  if (elapsedMs <= 0) return 0;
  let bytes = 0;
  for (const sample of samples) if (sample.atMs > from) bytes += sample.bytes;
  return (bytes * 1000) / elapsedMs;
}

/** Seconds until `bytesLeft` are through, or null while the rate is unknown. */
export function secondsLeft(bytesLeft: number, rate: number): number | null {
  if (bytesLeft <= 0) return 0;
  return rate > 0 ? Math.ceil(bytesLeft / rate) : null;
}
