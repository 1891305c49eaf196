import { array, assert, integer, option, property } from 'fast-check';
import { expect, test } from 'vitest';
import { createFairQueue } from './fair-queue.ts';

test('lanes give in turn, each its first', () => {
  const queue = createFairQueue<string>();
  for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'c2']) queue.push(item[0] ?? '', item);
  const taken = Array.from({ length: 7 }, () => queue.take());
  expect(taken).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3', undefined]);
});

test('the first item of a new lane waits for one of each other lane at most', () => {
  const lanes = array(integer({ min: 0, max: 5 }), { maxLength: 200 });
  assert(
    property(lanes, (asked) => {
      const queue = createFairQueue<string>();
      for (const lane of asked) queue.push(String(lane), 'other');
      queue.push('new', 'mine');
      let before = 0;
      while (queue.take() !== 'mine') before++;
      expect(before).toBeLessThanOrEqual(new Set(asked).size);
    }),
  );
});

test('nothing is lost and nothing comes twice, whatever the order', () => {
  const steps = array(option(integer({ min: 0, max: 4 }), { nil: null }));
  assert(
    property(steps, (orders) => {
      const queue = createFairQueue<number>();
      const taken: number[] = [];
      let given = 0;
      for (const lane of orders) {
        if (lane !== null) queue.push(String(lane), given++);
        else {
          const item = queue.take();
          if (item !== undefined) taken.push(item);
        }
      }
      expect(queue.size()).toBe(given - taken.length);
      taken.push(...queue.drain());
      expect(taken.toSorted((a, b) => a - b)).toEqual(Array.from({ length: given }, (_, i) => i));
      expect(queue.size()).toBe(0);
    }),
  );
});
