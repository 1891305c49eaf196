import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createChunkQueue } from './chunk-queue.ts';
import { shareFairly } from './wish-order.ts';

const ascending = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

test('every missing chunk comes exactly once, whatever is wished and planned in between', () => {
  const indices = fc.array(fc.integer({ min: -2, max: 45 }), { maxLength: 12 });
  const step = fc.oneof(
    fc.record({ kind: fc.constant('wish' as const), chunks: indices }),
    fc.record({ kind: fc.constant('plan' as const), chunks: indices }),
    fc.record({ kind: fc.constant('next' as const), most: fc.integer({ min: 1, max: 9 }) }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), indices, fc.array(step), (count, there, steps) => {
      const received = there
        .filter((index) => index >= 0 && index < count)
        .toSorted((a, b) => a - b)
        .map((index) => [index, index + 1] as const);
      const queue = createChunkQueue({ count, order: ascending(count), received });
      const sent: number[] = [];
      for (const now of steps) {
        if (now.kind === 'wish') queue.wish(now.chunks);
        else if (now.kind === 'plan') queue.plan(now.chunks);
        else {
          const wasEmpty = queue.isEmpty();
          const next = queue.next(now.most);
          expect(next.length === 0).toBe(wasEmpty);
          expect(next.length).toBeLessThanOrEqual(now.most);
          sent.push(...next);
        }
      }
      sent.push(...queue.next(count));
      sent.push(...queue.next(count));
      const missing = ascending(count).filter((index) => !there.includes(index));
      expect(sent.toSorted((a, b) => a - b)).toEqual(missing);
    }),
  );
});

test('what is wished comes before the plan, and the plan before the rest', () => {
  const queue = createChunkQueue({ count: 6, order: ascending(6), received: [[2, 3]] });
  queue.plan([5, 4]);
  expect(queue.next(1)).toEqual([5]);
  queue.wish([2, 3, 1]);
  expect(queue.isUrgent()).toBe(true);
  expect(queue.next(9)).toEqual([3, 1]);
  expect(queue.isUrgent()).toBe(false);
  expect(queue.next(9)).toEqual([4, 0]);
  expect(queue.next(9)).toEqual([]);
});

test('readers take turns, and no chunk is named twice', () => {
  expect(shareFairly([[1, 2, 3, 4], [9], [2, 7]])).toEqual([1, 9, 2, 7, 3, 4]);
  expect(shareFairly([])).toEqual([]);
});

test('nobody waits behind another: the n-th wish of each reader comes after at most n of each of the others', () => {
  const reader = fc.uniqueArray(fc.nat(60), { maxLength: 20 });
  fc.assert(
    fc.property(fc.array(reader, { maxLength: 6 }), (readers) => {
      const order = shareFairly(readers);
      expect(order).toHaveLength(new Set(readers.flat()).size);
      for (const wishes of readers) {
        for (const [at, chunk] of wishes.entries()) {
          expect(order.indexOf(chunk)).toBeLessThan((at + 1) * readers.length);
        }
      }
    }),
  );
});
