import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { chunkCount, chunkPlace } from './chunk-grid.ts';
import { receivedBytes } from './received-bytes.ts';
import { indicesOf, runsOfIndices } from './received-runs.ts';

test('received bytes are the sum over the received chunks', () => {
  const anyFiles = fc.array(
    fc.integer({ min: 1, max: 200 }).map((bytes) => ({ path: 'x', bytes })),
    { minLength: 1, maxLength: 8 },
  );
  fc.assert(
    fc.property(anyFiles, fc.array(fc.nat(60)), (files, indices) => {
      const count = chunkCount(files, 16);
      const runs = runsOfIndices(indices.filter((index) => index < count));
      let sum = 0;
      for (const index of indicesOf(runs)) sum += chunkPlace(files, 16, index)?.bytes ?? 0;
      expect(receivedBytes(files, 16, runs)).toBe(sum);
    }),
  );
});
