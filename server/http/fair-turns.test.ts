import { expect, test } from 'vitest';
import { createFairTurns } from './fair-turns.ts';

function openWork() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
  };
  return { begun, work, end: (name: string) => ends.get(name)?.() };
}

test('one account waits in its own line, another begins at once', async () => {
  const turns = createFairTurns({ atOnce: 2, mayWait: 9 });
  const { begun, work, end } = openWork();
  const three = ['a1', 'a2', 'a3'].map((name) => turns.run('a', work(name)));
  const other = turns.run('b', work('b1'));
  expect(begun).toEqual(['a1', 'a2', 'b1']);
  end('a2');
  await three[1];
  expect(begun).toEqual(['a1', 'a2', 'b1', 'a3']);
  for (const name of ['a1', 'a3', 'b1']) end(name);
  expect(await Promise.all([...three, other])).toEqual(['a1', 'a2', 'a3', 'b1']);
  expect(turns.size()).toBe(0);
});

test('a full line is refused with the time to wait', async () => {
  const turns = createFairTurns({ atOnce: 1, mayWait: 1 });
  const { work, end } = openWork();
  const first = turns.run('a', work('a1'));
  const second = turns.run('a', work('a2'));
  await expect(turns.run('a', work('a3'))).rejects.toMatchObject({
    code: 'request.too-many',
    fields: { retryAfterSeconds: 1 },
  });
  end('a1');
  await first;
  end('a2');
  await second;
});

test('work that fails hands its turn on', async () => {
  const turns = createFairTurns({ atOnce: 1, mayWait: 9 });
  const failing = turns.run('a', () => Promise.reject(new Error('no')));
  const next = turns.run('a', () => Promise.resolve('yes'));
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('yes');
  expect(turns.size()).toBe(0);
});
