import { Worker } from 'node:worker_threads';
import { findHotRanges } from './exercise.ts';
import type { FuzzMessage, FuzzShare } from './fuzz-worker.ts';
import { makeSeeds } from './seeds.ts';

const DEFAULT_CASES = 120_000;
const WORKERS = 2;
const HANG_MS = 2_000;
const MEMORY_BYTES = 512 * 2 ** 20;
/** Old space of one worker: a runaway allocation ends the worker, and the run fails. */
const WORKER_HEAP_MIB = 160;
const WATCH_EVERY_MS = 100;

interface Summary {
  readonly outcomes: Map<string, number>;
  readonly failures: string[];
  worstMs: number;
  worstCase: number;
  peakBytes: number;
}

function listen(worker: Worker, summary: Summary): void {
  worker.on('message', (message: FuzzMessage) => {
    if (message.kind === 'failed') {
      summary.failures.push(`case ${message.case} (${message.seed}): ${message.error}`);
      return;
    }
    for (const [outcome, count] of message.outcomes) {
      summary.outcomes.set(outcome, (summary.outcomes.get(outcome) ?? 0) + count);
    }
    if (message.worstMs > summary.worstMs) {
      summary.worstMs = message.worstMs;
      summary.worstCase = message.worstCase;
    }
  });
}

/** Runs one share to its end; a hang, a crash and a heap that is full are failures of the run. */
function runWorker(share: FuzzShare, summary: Summary): Promise<void> {
  const progress = new Float64Array(share.progress);
  const worker = new Worker(new URL('./fuzz-worker.ts', import.meta.url), {
    workerData: share,
    resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MIB },
  });
  listen(worker, summary);
  return new Promise((resolve) => {
    const watch = setInterval(() => {
      summary.peakBytes = Math.max(summary.peakBytes, process.memoryUsage.rss());
      const [index = -1, start = 0] = progress;
      if (index < 0 || start === 0 || Date.now() - start < HANG_MS) return;
      summary.failures.push(`case ${index}: no answer after ${HANG_MS} ms`);
      void worker.terminate();
    }, WATCH_EVERY_MS);
    worker.on('error', (error) => summary.failures.push(`worker at case ${progress[0]}: ${error}`));
    worker.on('exit', () => {
      clearInterval(watch);
      resolve();
    });
  });
}

function printSummary(cases: number, seconds: number, summary: Summary): void {
  const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
  for (const [outcome, count] of [...summary.outcomes].sort((a, b) => b[1] - a[1])) {
    console.log(`${String(count).padStart(8)}  ${outcome}`);
  }
  console.log(
    `${cases} mutated files in ${seconds.toFixed(1)} s, ${Math.round(cases / seconds)} a second`,
  );
  console.log(`worst file ${summary.worstMs.toFixed(1)} ms (case ${summary.worstCase})`);
  console.log(`peak memory ${mebibytes(summary.peakBytes)} of ${mebibytes(MEMORY_BYTES)}`);
  for (const failure of summary.failures.slice(0, 20)) console.error(failure);
}

/** Usage: run.ts [count] [first]. Case numbers are stable: `run.ts 1 4711` repeats one. */
async function main(): Promise<void> {
  const cases = Number(process.argv[2] ?? DEFAULT_CASES);
  const offset = Number(process.argv[3] ?? 0);
  console.log(`Writing seeds, then reading ${cases} mutated files …`);
  const seeds = await makeSeeds();
  const hot = await Promise.all(seeds.map(findHotRanges));
  const summary: Summary = {
    outcomes: new Map(),
    failures: [],
    worstMs: 0,
    worstCase: -1,
    peakBytes: 0,
  };
  const start = performance.now();
  await Promise.all(
    Array.from({ length: WORKERS }, (_, first) => {
      const progress = new SharedArrayBuffer(16);
      const end = offset + cases;
      const share = { seeds, hot, first: offset + first, step: WORKERS, end, progress };
      return runWorker(share, summary);
    }),
  );
  printSummary(cases, (performance.now() - start) / 1_000, summary);
  const seen = [...summary.outcomes.values()].reduce((sum, count) => sum + count, 0);
  const complete = seen + summary.failures.length >= cases;
  const fits = summary.peakBytes < MEMORY_BYTES;
  if (summary.failures.length > 0 || !complete || !fits) process.exitCode = 1;
  console.log(process.exitCode === 1 ? 'Fuzzing found faults.' : 'Fuzzing found nothing.');
}

await main();
