import { expect, test } from 'vitest';
import { AccountId } from '../../shared/ids.ts';
import { createTileShare } from './tile-share.ts';

const FLOODER = AccountId.parse('0198f000-0000-7000-8000-000000000001');
const READER = AccountId.parse('0198f000-0000-7000-8000-000000000002');

test('tiles count the same on the short way and on the long way', async () => {
  const rules = { rate: { perSecond: 1, burst: 3 }, turns: { atOnce: 9, mayWait: 9 } };
  const share = createTileShare(rules, () => 0);
  const read = (account: AccountId) => share.read(account, () => Promise.resolve('a tile'));
  expect(share.count(FLOODER)).toBe(0);
  expect(await read(FLOODER)).toBe('a tile');
  expect(share.count(FLOODER)).toBe(0);
  expect(share.count(FLOODER)).toBe(1);
  await expect(read(FLOODER)).rejects.toMatchObject({
    code: 'request.too-many',
    fields: { retryAfterSeconds: 1 },
  });
  expect(await read(READER)).toBe('a tile');
});
