import { expect, test } from 'vitest';
import { Password } from '../../../shared/account/account.ts';
import { makePassword } from './make-password.ts';

test('a first password is four groups of letters that cannot be mistaken for each other', () => {
  let next = 0;
  const password = makePassword((count) => Uint8Array.from({ length: count }, () => next++ % 256));
  expect(password).toMatch(/^([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}$/);
  expect(Password.safeParse(password).success).toBe(true);
});

test('bytes that would make some letters likelier are thrown away', () => {
  const rounds = [new Uint8Array(32).fill(255), new Uint8Array(32).fill(1)];
  const password = makePassword(() => rounds.shift() ?? new Uint8Array(32));
  expect(password).toBe('bbbb-bbbb-bbbb-bbbb');
});
