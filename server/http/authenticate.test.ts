import { expect, test } from 'vitest';
import { AccountId, HospitalId } from '../../shared/ids.ts';
import { createSessionCache, sessionTokenOf, tokenDigest, type SignIn } from './authenticate.ts';

const TOKEN = 'a'.repeat(43);
const COOKIE = `theme=dark; farscope=${TOKEN}; other=1`;
const ACCOUNT = AccountId.parse('0198f1c2-0000-7000-8000-000000000001');

function setUp(more: Partial<SignIn> = {}) {
  const clock = { ms: 1_000_000 };
  const loads: string[] = [];
  const signIn: SignIn = {
    actor: {
      accountId: ACCOUNT,
      role: 'expert',
      hospitalId: HospitalId.parse('0198f1c2-0000-7000-8000-000000000002'),
    },
    id: '0123456789abcdef',
    mustChangePassword: false,
    endsAtMs: clock.ms + 60_000,
    ...more,
  };
  let ended = false;
  const cache = createSessionCache({
    loadSignIn: (digest) => {
      loads.push(Buffer.from(digest).toString('hex'));
      return Promise.resolve(ended ? undefined : signIn);
    },
    now: () => clock.ms,
    cacheMs: 10_000,
    acceptPlain: true,
  });
  const end = () => {
    ended = true;
  };
  return { cache, clock, loads, signIn, end };
}

test('memory knows nothing at first, and the actor once it was resolved', async () => {
  const { cache, loads, signIn } = setUp();
  expect(cache.peek(COOKIE)).toBeUndefined();
  expect(await cache.resolve(COOKIE)).toEqual(signIn.actor);
  expect(cache.peek(COOKIE)).toEqual(signIn.actor);
  expect(loads).toEqual([Buffer.from(tokenDigest(TOKEN)).toString('hex')]);
});

test('the database is asked again after some seconds, once for all who wait', async () => {
  const { cache, clock, loads } = setUp();
  await Promise.all([cache.resolve(COOKIE), cache.resolve(COOKIE), cache.resolve(COOKIE)]);
  expect(loads).toHaveLength(1);
  clock.ms += 10_001;
  expect(cache.peek(COOKIE)).toBeUndefined();
  await cache.resolve(COOKIE);
  expect(loads).toHaveLength(2);
});

test('a sign-in in use is loaded again before its time is over, so that nobody waits for it', async () => {
  const { cache, clock, loads, signIn } = setUp();
  await cache.resolve(COOKIE);
  clock.ms += 6_001;
  expect(cache.peek(COOKIE)).toEqual(signIn.actor);
  expect(cache.peek(COOKIE)).toEqual(signIn.actor);
  await Promise.resolve();
  expect(loads).toHaveLength(2);
  await expect.poll(() => loads.length).toBe(2);
  clock.ms += 6_001;
  expect(cache.peek(COOKIE)).toEqual(signIn.actor);
});

test('a sign-in that has ended elsewhere is forgotten by the load that finds it so', async () => {
  const { cache, clock, end } = setUp();
  await cache.resolve(COOKIE);
  end();
  clock.ms += 6_001;
  cache.peek(COOKIE);
  await expect.poll(() => cache.peek(COOKIE)).toBeUndefined();
});

test('one that has run out lets nobody in, but is still counted by its account until it has ended', async () => {
  const { cache, clock } = setUp();
  expect(cache.lastKnown(COOKIE)).toBeUndefined();
  await cache.resolve(COOKIE);
  clock.ms += 10_001;
  expect(cache.peek(COOKIE)).toBeUndefined();
  expect(cache.lastKnown(COOKIE)).toBe(ACCOUNT);
  cache.drop({ kind: 'account', accountId: ACCOUNT });
  expect(cache.lastKnown(COOKIE)).toBeUndefined();
});

test('a sign-in is not believed beyond its own end', async () => {
  const { cache, clock } = setUp({ endsAtMs: 1_002_000 });
  await cache.resolve(COOKIE);
  clock.ms += 2_000;
  expect(cache.peek(COOKIE)).toBeUndefined();
});

test.each([
  { kind: 'account', accountId: ACCOUNT },
  { kind: 'sign-in', id: '0123456789abcdef' },
  { kind: 'all' },
] as const)('what is ended by $kind is forgotten at once', async (by) => {
  const { cache, end } = setUp();
  await cache.resolve(COOKIE);
  end();
  cache.drop(by);
  expect(cache.peek(COOKIE)).toBeUndefined();
  expect(await cache.resolve(COOKIE)).toBeUndefined();
});

test('the end of another sign-in leaves this one', async () => {
  const { cache, signIn } = setUp();
  await cache.resolve(COOKIE);
  cache.drop({ kind: 'sign-in', id: 'ffffffffffffffff' });
  expect(cache.peek(COOKIE)).toEqual(signIn.actor);
});

test('a load that was under way at the end does not bring the sign-in back', async () => {
  const { cache, end } = setUp();
  const loading = cache.resolve(COOKIE);
  end();
  cache.drop({ kind: 'all' });
  await loading;
  expect(cache.peek(COOKIE)).toBeUndefined();
  expect(await cache.resolve(COOKIE)).toBeUndefined();
});

test('who must change the password is known, but is no actor yet', async () => {
  const { cache } = setUp({ mustChangePassword: true });
  expect(await cache.resolve(COOKIE)).toBeUndefined();
  expect(cache.peek(COOKIE)).toBeUndefined();
  expect(await cache.identify(COOKIE)).toMatchObject({ mustChangePassword: true });
});

test('the cookie bound to the host goes before the plain one, which may not count at all', () => {
  const secure = 'b'.repeat(43);
  const both = `farscope=${TOKEN}; __Host-farscope=${secure}`;
  expect(sessionTokenOf(both, true)).toBe(secure);
  expect(sessionTokenOf(`farscope=${TOKEN}`, true)).toBe(TOKEN);
  expect(sessionTokenOf(`farscope=${TOKEN}`, false)).toBeUndefined();
});

test.each(['', 'farscope=', 'farscope=short', `xfarscope=${TOKEN}`, `farscope=${TOKEN}x`, ';;;=;'])(
  'no token is seen in %j',
  (header) => {
    expect(sessionTokenOf(header, true)).toBeUndefined();
  },
);
