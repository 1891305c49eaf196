import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LatestWins } from './latest-wins.ts';

type Step =
  | { readonly kind: 'put'; readonly key: number }
  | { readonly kind: 'drop'; readonly key: number }
  | { readonly kind: 'take' };

const key = fc.integer({ min: 0, max: 3 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), key }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), key }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('take' as const) }) },
  ),
  { maxLength: 60 },
);

interface Mark {
  readonly key: number;
  readonly at: number;
}

test('whoever takes gets of each key the newest, once, in order, and never more than there are keys', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const queue = new LatestWins<number, Mark>();
      const newest = new Map<number, Mark>();
      const lastTaken = new Map<number, number>();
      for (const [at, step] of [...all, { kind: 'take' } as const].entries()) {
        if (step.kind === 'put') {
          queue.put(step.key, { key: step.key, at });
          newest.set(step.key, { key: step.key, at });
        } else if (step.kind === 'drop') {
          queue.drop(step.key);
          newest.delete(step.key);
        } else {
          const taken = queue.takeAll();
          expect(taken).toEqual([...newest.values()]);
          for (const mark of taken) {
            expect(mark.at).toBeGreaterThan(lastTaken.get(mark.key) ?? -1);
            lastTaken.set(mark.key, mark.at);
          }
          newest.clear();
        }
        expect(queue.size).toBe(newest.size);
        expect(queue.size).toBeLessThanOrEqual(4);
      }
    }),
  );
});

test('a key that began to wait first is taken first, however often another one changes', () => {
  const queue = new LatestWins<string, string>();
  queue.put('calm', 'a');
  for (const value of ['b', 'c', 'd']) queue.put('lively', value);
  queue.put('calm', 'e');
  expect(queue.takeAll()).toEqual(['e', 'd']);
});
