import { parentPort, workerData } from 'node:worker_threads';
import { exerciseSlide, slideFiles } from './exercise.ts';
import { type HotRanges, mutateSeed } from './mutate.ts';
import { randomOf } from './random.ts';
import type { Seed } from './seeds.ts';

/** What a worker is given: its share is every `step`-th case from `first` to `end`. */
export interface FuzzShare {
  readonly seeds: readonly Seed[];
  readonly hot: readonly (readonly HotRanges[])[];
  readonly first: number;
  readonly step: number;
  readonly end: number;
  /** [case in progress, when it began in ms]: read by the watch outside. */
  readonly progress: SharedArrayBuffer;
}

export type FuzzMessage =
  | {
      readonly kind: 'failed';
      readonly case: number;
      readonly seed: string;
      readonly error: string;
    }
  | {
      readonly kind: 'done';
      readonly outcomes: readonly (readonly [string, number])[];
      readonly worstMs: number;
      readonly worstCase: number;
    };

function post(message: FuzzMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has none
  parentPort?.postMessage(message);
}

async function runShare(share: FuzzShare): Promise<void> {
  const progress = new Float64Array(share.progress);
  const outcomes = new Map<string, number>();
  let worstMs = 0;
  let worstCase = -1;
  for (let index = share.first; index < share.end; index += share.step) {
    const chosen = index % share.seeds.length;
    const seed = share.seeds[chosen] ?? { name: '', files: [] };
    const mutated = mutateSeed(seed, share.hot[chosen] ?? [], randomOf(index));
    const start = Date.now();
    progress[1] = start;
    progress[0] = index;
    const began = performance.now();
    try {
      const outcome = await exerciseSlide(slideFiles(mutated));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      post({ kind: 'failed', case: index, seed: seed.name, error: text });
    }
    const tookMs = performance.now() - began;
    if (tookMs > worstMs) {
      worstMs = tookMs;
      worstCase = index;
    }
  }
  progress[0] = -1;
  post({ kind: 'done', outcomes: [...outcomes], worstMs, worstCase });
}

await runShare(workerData as FuzzShare);
