import { expect, test } from 'vitest';
import { HospitalId, SlideId } from '../../shared/ids.ts';
import { createSlideAccessCache, type SlideAccess } from './slide-access.ts';

const ID = SlideId.parse('0198f000-0000-7000-8000-000000000001');
const HOSPITAL = HospitalId.parse('0198f000-0000-7000-8000-000000000002');

function access(revision: number, kind: 'ready' | 'stored' = 'ready'): SlideAccess {
  return {
    id: ID,
    resource: { kind: 'slide', hospitalId: HOSPITAL, deleted: false, shares: [] },
    revision,
    status: { kind },
    originalKey: 'key',
    properties: null,
  };
}

function cacheOf(load: () => Promise<SlideAccess | undefined>) {
  let nowMs = 1_000;
  let loads = 0;
  const cache = createSlideAccessCache({
    loadAccess: () => {
      loads++;
      return load();
    },
    now: () => nowMs,
    keepMs: 5_000,
  });
  return { cache, loads: () => loads, wait: (ms: number) => (nowMs += ms) };
}

test('a slide is asked for once in a few seconds, by however many at once', async () => {
  const { cache, loads, wait } = cacheOf(() => Promise.resolve(access(1)));
  await Promise.all([cache.load(ID), cache.load(ID), cache.load(ID)]);
  expect(loads()).toBe(1);
  expect(cache.peek(ID)?.revision).toBe(1);
  wait(5_000);
  expect(cache.peek(ID)).toBeUndefined();
  await cache.load(ID);
  expect(loads()).toBe(2);
});

test('what was read before a change is not believed after it', async () => {
  let answer: (found: SlideAccess) => void = () => undefined;
  const { cache } = cacheOf(() => new Promise((resolve) => (answer = resolve)));
  const before = cache.load(ID);
  cache.drop(ID);
  answer(access(1));
  await before;
  expect(cache.peek(ID)).toBeUndefined();
});

test('a slide that is not ready is asked for every time: its readers wait for it', async () => {
  const { cache, loads } = cacheOf(() => Promise.resolve(access(0, 'stored')));
  await cache.load(ID);
  await cache.load(ID);
  expect(loads()).toBe(2);
});

test('a failed load is not kept', async () => {
  let failing = true;
  const { cache } = cacheOf(() =>
    failing ? Promise.reject(new Error('the database is away')) : Promise.resolve(access(2)),
  );
  await expect(cache.load(ID)).rejects.toThrow('away');
  failing = false;
  expect((await cache.load(ID))?.revision).toBe(2);
});

test('a slide that is being read is loaded again before its time is over, behind the reader’s back', async () => {
  const { cache, loads, wait } = cacheOf(() => Promise.resolve(access(1)));
  await cache.load(ID);
  wait(3_001);
  expect(cache.peek(ID)?.revision).toBe(1);
  expect(cache.peek(ID)?.revision).toBe(1);
  expect(loads()).toBe(2);
  await cache.load(ID);
  wait(3_001);
  expect(cache.peek(ID)?.revision).toBe(1);
});

test('a share that was ended elsewhere ends with the load that finds it so', async () => {
  let found: SlideAccess | undefined = access(1);
  const { cache, wait } = cacheOf(() => Promise.resolve(found));
  await cache.load(ID);
  found = undefined;
  wait(3_001);
  cache.peek(ID);
  await expect.poll(() => cache.peek(ID)).toBeUndefined();
});
