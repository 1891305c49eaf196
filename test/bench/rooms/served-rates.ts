import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadResult } from '../load-process.ts';
import { median, shuffled } from '../measure.ts';
import { startBare, type Target } from '../processes.ts';
import { type Bench, fetchTile } from '../room.ts';

/** A contestant of one table: who is asked, and for what. */
export interface Contestant {
  readonly name: string;
  readonly target: Target;
  /** Paths for one round; asked for again and again, or each once. */
  readonly paths: () => readonly string[];
  readonly once: boolean;
}

export interface Rates {
  readonly name: string;
  readonly connections: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Processor time of the server for one request: what is left when other programs disturb. */
  readonly cpuMs: number;
}

const CONNECTIONS = [1, 8, 32];

/** The same bytes as files, for the bare server. */
export async function writeTileFiles(
  bench: Bench,
  name: string,
  paths: readonly string[],
): Promise<{ folder: string; names: string[] }> {
  const folder = join(bench.folder, name);
  mkdirSync(folder, { recursive: true });
  const names: string[] = [];
  for (const [index, path] of paths.entries()) {
    writeFileSync(join(folder, `${index}.jpg`), await fetchTile(bench, path));
    names.push(`/${index}.jpg`);
  }
  return { folder, names };
}

type Measured = LoadResult & { readonly cpuMs: number };

function summary(name: string, connections: number, results: readonly Measured[]): Rates {
  const of = (pick: (result: Measured) => number) => median(results.map(pick));
  return {
    name,
    connections,
    perSecond: of((result) => result.perSecond),
    p50Ms: of((result) => result.p50Ms),
    p95Ms: of((result) => result.p95Ms),
    p99Ms: of((result) => result.p99Ms),
    cpuMs: of((result) => result.cpuMs / result.requests),
  };
}

/** Interleaved rounds: whatever else the machine does falls on all alike. */
export async function race(
  { load, quick }: Bench,
  contestants: readonly Contestant[],
): Promise<Rates[]> {
  const rounds = quick ? 1 : 5;
  const seconds = quick ? 0.5 : 2;
  const results = new Map<string, Measured[]>();
  for (let round = 0; round < rounds; round++) {
    for (const connections of CONNECTIONS) {
      for (const { name, target, paths, once } of shuffled(contestants, round + 7)) {
        const { port, cookie } = target;
        const before = await target.cpuMs();
        const result = await load.run({ port, cookie, connections, paths: paths(), once, seconds });
        const cpuMs = (await target.cpuMs()) - before;
        if (result.failed > 0) throw new Error(`${name}: ${result.failed} requests failed`);
        const key = `${name} ${connections}`;
        results.set(key, [...(results.get(key) ?? []), { ...result, cpuMs }]);
      }
    }
  }
  return contestants.flatMap(({ name }) =>
    CONNECTIONS.map((connections) =>
      summary(name, connections, results.get(`${name} ${connections}`) ?? []),
    ),
  );
}

export async function withBare<Result>(
  bench: Bench,
  folder: string,
  work: (bare: Target) => Promise<Result>,
): Promise<Result> {
  const bare = await startBare(folder, bench.firstPort + 2);
  try {
    return await work(bare);
  } finally {
    await bare.stop();
  }
}

/** Rows of a table, each beside the first contestant with as many connections. */
export function rateRows(rates: readonly Rates[]): (string | number)[][] {
  const base = rates[0]?.name;
  return rates.map((rate) => {
    const bare = rates.find(
      ({ name, connections }) => name === base && connections === rate.connections,
    );
    const ratio = rate.perSecond / (bare?.perSecond ?? Number.NaN);
    const { name, connections, perSecond, p50Ms, p95Ms, p99Ms, cpuMs } = rate;
    return [name, connections, perSecond, p50Ms, p95Ms, p99Ms, cpuMs, ratio];
  });
}

export const RATE_COLUMNS = [
  'server',
  'connections',
  'requests/s',
  'p50 ms',
  'p95 ms',
  'p99 ms',
  'CPU ms',
  'ratio to bare',
];

/** The smallest ratio of a contestant to the first one, over all numbers of connections. */
export function worstRatio(rates: readonly Rates[], name: string): number {
  const ratios = rateRows(rates).filter(([who]) => who === name);
  return Math.min(...ratios.map((row) => Number(row.at(-1))));
}
