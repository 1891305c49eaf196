import { expect, test } from 'vitest';
import { createTokenBuckets } from './token-buckets.ts';

function setUp(rules = { perSecond: 2, burst: 3 }) {
  const clock = { ms: 1_000 };
  return { clock, buckets: createTokenBuckets({ ...rules, now: () => clock.ms }) };
}

test('a full bucket gives its burst, then says how long to wait', () => {
  const { buckets } = setUp({ perSecond: 0.25, burst: 2 });
  expect([1, 2, 3].map(() => buckets.take('a'))).toEqual([0, 0, 4]);
});

test('tokens come back with time, never more than the burst', () => {
  const { buckets, clock } = setUp();
  for (let i = 0; i < 3; i++) buckets.take('a');
  clock.ms += 1_000;
  expect([1, 2, 3].map(() => buckets.take('a'))).toEqual([0, 0, 1]);
  clock.ms += 3_600_000;
  expect([1, 2, 3, 4].map(() => buckets.take('a'))).toEqual([0, 0, 0, 1]);
});

test('each key has a bucket of its own', () => {
  const { buckets } = setUp();
  for (let i = 0; i < 10; i++) buckets.take('a');
  expect(buckets.take('b')).toBe(0);
});

test('a clock that goes back takes nothing away', () => {
  const { buckets, clock } = setUp();
  clock.ms -= 60_000;
  expect([1, 2, 3, 4].map(() => buckets.take('a'))).toEqual([0, 0, 0, 1]);
});

test('ever new keys do not fill the memory', () => {
  const { buckets } = setUp();
  for (let key = 0; key < 60_000; key++) buckets.take(`address ${key}`);
  expect(buckets.size()).toBeLessThanOrEqual(20_000);
});
