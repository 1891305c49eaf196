/** Chunk indices from `first` up to, not including, `afterLast`. */
export type Run = readonly [first: number, afterLast: number];

/** Ascending runs that neither touch nor overlap, whatever order and overlap came in. */
export function mergeRuns(runs: Iterable<Run>): Run[] {
  const sorted = [...runs].filter(([first, afterLast]) => first < afterLast);
  sorted.sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [first, afterLast] of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && first <= last[1]) last[1] = Math.max(last[1], afterLast);
    else merged.push([first, afterLast]);
  }
  return merged;
}

export function runsOfIndices(indices: Iterable<number>): Run[] {
  return mergeRuns([...indices].map((index): Run => [index, index + 1]));
}

/** Runs must be merged. */
export function hasIndex(runs: readonly Run[], index: number): boolean {
  let low = 0;
  let high = runs.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const run = runs[middle];
    if (run === undefined) return false;
    if (index < run[0]) high = middle - 1;
    else if (index >= run[1]) low = middle + 1;
    else return true;
  }
  return false;
}

/** Number of indices in merged runs. */
export function countIndices(runs: readonly Run[]): number {
  return runs.reduce((sum, [first, afterLast]) => sum + afterLast - first, 0);
}

/** What merged runs leave out of [0, count). */
export function missingRuns(runs: readonly Run[], count: number): Run[] {
  const missing: Run[] = [];
  let next = 0;
  for (const [first, afterLast] of runs) {
    if (first > next) missing.push([next, Math.min(first, count)]);
    next = Math.max(next, afterLast);
  }
  if (next < count) missing.push([next, count]);
  return missing.filter(([first, afterLast]) => first < afterLast);
}

export function* indicesOf(runs: Iterable<Run>): Generator<number> {
  for (const [first, afterLast] of runs) {
    for (let index = first; index < afterLast; index += 1) yield index;
  }
}
