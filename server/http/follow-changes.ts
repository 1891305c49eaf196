import { setTimeout as sleep } from 'node:timers/promises';
import type { WakeUps } from './wake-ups.ts';

export interface FollowOptions<Value> {
  readonly changes: WakeUps;
  /** undefined: there is nothing more to follow. */
  readonly read: () => Promise<{ readonly value: Value; readonly isLast?: boolean }>;
  /** What comes so soon after another change is told together with it. */
  readonly gatherMs: number;
  readonly signal: AbortSignal;
}

/** Proxies take a silent connection for dead after a minute; what is told again is a sign of life as well. */
const SILENT_MS = 15_000;
/** Then the caller asks again, and is authorised again. */
const LONGEST_MS = 120_000;

/** What is so now, and again after each change, as lines of JSON (application/x-ndjson). */
export async function* followChanges<Value>(
  options: FollowOptions<Value>,
): AsyncGenerator<Uint8Array> {
  const { changes, read, gatherMs, signal } = options;
  const begunMs = performance.now();
  while (!signal.aborted) {
    const seen = changes.now();
    const { value, isLast = false } = await read();
    yield Buffer.from(`${JSON.stringify(value)}\n`);
    if (isLast || performance.now() - begunMs > LONGEST_MS) return;
    await changes.changed(seen, SILENT_MS, signal);
    if (!signal.aborted) await sleep(gatherMs);
  }
}
