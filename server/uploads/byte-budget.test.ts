import { expect, test } from 'vitest';
import { createByteBudget } from './byte-budget.ts';

/** Takes for an owner, and notes who has entered, in order. */
function setUp(maxBytes: number) {
  const budget = createByteBudget(maxBytes);
  const entered: string[] = [];
  const take = async (name: string, bytes: number) => {
    const release = await budget.take(bytes, name[0] ?? '');
    entered.push(name);
    return release;
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { entered, take, settle };
}

test('one owner holds half of the memory at most, and another is not kept waiting', async () => {
  const { entered, take, settle } = setUp(100);
  const held = ['a1', 'a2', 'a3', 'a4'].map((name) => take(name, 25));
  const other = take('b1', 25);
  await settle();
  expect(entered).toEqual(['a1', 'a2', 'b1']);
  (await held[0])?.();
  await settle();
  expect(entered).toEqual(['a1', 'a2', 'b1', 'a3']);
  (await other)();
});

test('the memory is never over-full, and what is large is not passed for ever', async () => {
  const { entered, take, settle } = setUp(100);
  const first = [take('a1', 50), take('b1', 40)];
  void take('c1', 45);
  void take('d1', 5);
  await settle();
  expect(entered).toEqual(['a1', 'b1']);
  (await first[1])?.();
  await settle();
  expect(entered).toEqual(['a1', 'b1', 'c1', 'd1']);
});

test('a chunk larger than the whole budget is taken when nothing else is there', async () => {
  const { entered, take, settle } = setUp(10);
  const small = take('a1', 4);
  void take('b1', 40);
  await settle();
  expect(entered).toEqual(['a1']);
  (await small)();
  await settle();
  expect(entered).toEqual(['a1', 'b1']);
});

test('what is given back twice counts once', async () => {
  const { entered, take, settle } = setUp(100);
  const release = await take('a1', 60);
  release();
  release();
  await Promise.all([take('a2', 50), take('b1', 50)]);
  void take('c1', 1);
  await settle();
  expect(entered).toEqual(['a1', 'a2', 'b1']);
});
