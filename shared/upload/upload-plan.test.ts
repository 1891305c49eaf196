import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chunkCount } from './chunk-grid.ts';
import { hasIndex, mergeRuns, type Run } from './received-runs.ts';
import { planChunks } from './upload-plan.ts';

const anyFiles = fc.array(
  fc.integer({ min: 1, max: 400 }).map((bytes) => ({ path: 'x', bytes })),
  { minLength: 1, maxLength: 8 },
);
const anyReceived = fc
  .array(fc.tuple(fc.nat(60), fc.nat(9)).map(([first, length]): Run => [first, first + length]))
  .map(mergeRuns);

describe('upload plan', () => {
  test('sends every missing chunk exactly once and no received one', () => {
    fc.assert(
      fc.property(anyFiles, anyReceived, fc.array(fc.nat(90)), (files, received, wanted) => {
        const order = planChunks({ files, chunkBytes: 16, received, wanted });
        const count = chunkCount(files, 16);
        const missing = Array.from({ length: count }, (_, index) => index).filter(
          (index) => !hasIndex(received, index),
        );
        expect([...order].sort((a, b) => a - b)).toEqual(missing);
      }),
    );
  });

  test('sends first and last chunk of each file first, where the directories lie', () => {
    const files = [
      { path: 'a', bytes: 40 },
      { path: 'b', bytes: 30 },
    ];
    const order = planChunks({ files, chunkBytes: 10, received: [], wanted: [] });
    expect(order).toEqual([0, 3, 4, 6, 1, 2, 5]);
  });

  test('lets what a reader waits for overtake', () => {
    const files = [{ path: 'a', bytes: 60 }];
    const order = planChunks({ files, chunkBytes: 10, received: [[0, 1]], wanted: [3, 0, 99] });
    expect(order).toEqual([3, 5, 1, 2, 4]);
  });
});
