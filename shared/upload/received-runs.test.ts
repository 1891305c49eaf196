import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  countIndices,
  hasIndex,
  indicesOf,
  mergeRuns,
  missingRuns,
  runsOfIndices,
  type Run,
} from './received-runs.ts';

const anyRun = fc
  .tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 12 }))
  .map(([first, length]): Run => [first, first + length]);
const anyRuns = fc.array(anyRun, { maxLength: 30 });

function naive(runs: readonly Run[]): number[] {
  const seen = new Set<number>();
  for (const [first, afterLast] of runs) for (let i = first; i < afterLast; i += 1) seen.add(i);
  return [...seen].sort((a, b) => a - b);
}

describe('received runs', () => {
  test('merging keeps exactly the same indices, ascending and apart', () => {
    fc.assert(
      fc.property(anyRuns, (runs) => {
        const merged = mergeRuns(runs);
        expect([...indicesOf(merged)]).toEqual(naive(runs));
        for (let at = 1; at < merged.length; at += 1) {
          expect(merged[at]?.[0]).toBeGreaterThan(merged[at - 1]?.[1] ?? Infinity);
        }
      }),
    );
  });

  test('the order in which runs came does not matter', () => {
    fc.assert(
      fc.property(anyRuns, (runs) => {
        expect(mergeRuns([...runs].reverse())).toEqual(mergeRuns(runs));
        expect(mergeRuns(mergeRuns(runs))).toEqual(mergeRuns(runs));
      }),
    );
  });

  test('received and missing together are the whole grid, and share nothing', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 99 })), (indices) => {
        const received = runsOfIndices(indices);
        const missing = missingRuns(received, 100);
        expect(countIndices(received) + countIndices(missing)).toBe(100);
        expect(mergeRuns([...received, ...missing])).toEqual([[0, 100]]);
      }),
    );
  });

  test('asking for an index agrees with looking through all of them', () => {
    fc.assert(
      fc.property(anyRuns, fc.integer({ min: -2, max: 220 }), (runs, index) => {
        expect(hasIndex(mergeRuns(runs), index)).toBe(naive(runs).includes(index));
      }),
    );
  });

  test('nothing received leaves everything missing, everything received leaves nothing', () => {
    expect(missingRuns([], 3)).toEqual([[0, 3]]);
    expect(missingRuns([[0, 3]], 3)).toEqual([]);
  });
});
