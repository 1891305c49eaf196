import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret, TOTP } from 'otpauth';
import { expect, test } from 'vitest';
import { AccountId, HospitalId } from '../../shared/ids.ts';
import { refuseBeyondReach, refuseLastAdministrator } from './account-rules.ts';
import { createPasswordHasher } from './password-hasher.ts';
import { openSecretBox } from './secret-box.ts';
import { acceptedStep, newTotpSecret } from './totp.ts';

const OWN = HospitalId.parse('0198f1c2-0000-7000-8000-00000000000a');
const OTHER = HospitalId.parse('0198f1c2-0000-7000-8000-00000000000b');
const ONE = AccountId.parse('0198f1c2-0000-7000-8000-000000000001');
const TWO = AccountId.parse('0198f1c2-0000-7000-8000-000000000002');

test('a password is kept as argon2id with the parameters that were decided', async () => {
  const hasher = createPasswordHasher();
  const hash = await hasher.hash('correct horse battery');
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await hasher.matches(hash, 'correct horse battery')).toBe(true);
  expect(await hasher.matches(hash, 'correct horse batterz')).toBe(false);
  expect(await hasher.matches(undefined, 'a password that nobody has')).toBe(false);
});

test('one password in two Unicode spellings is one password', async () => {
  const hasher = createPasswordHasher();
  const hash = await hasher.hash('caf\u00e9 au lait');
  expect(await hasher.matches(hash, 'cafe\u0301 au lait')).toBe(true);
});

test('many passwords at once are all checked, each by its own hash', async () => {
  const hasher = createPasswordHasher();
  const words = ['first password', 'second password', 'third password', 'fourth password'];
  const hashes = await Promise.all(words.map((word) => hasher.hash(word)));
  const checks = await Promise.all(hashes.map((hash, at) => hasher.matches(hash, words[at] ?? '')));
  expect(checks).toEqual([true, true, true, true]);
});

test('a sealed secret opens for its owner only, with the key that lies beside the database', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'farscope-secrets-'));
  try {
    const box = await openSecretBox(folder);
    const sealed = box.seal('JBSWY3DPEHPK3PXP', ONE);
    expect(sealed).not.toContain('JBSWY3DP');
    expect((await openSecretBox(folder)).unseal(sealed, ONE)).toBe('JBSWY3DPEHPK3PXP');
    expect(() => box.unseal(sealed, TWO)).toThrow();
    expect(() => box.unseal(`${sealed.slice(0, -2)}AA`, ONE)).toThrow();
    expect((await stat(join(folder, 'second-factor.key'))).mode & 0o777).toBe(0o600);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a code holds for its step and one to each side, and never again once it was used', () => {
  const secret = newTotpSecret();
  const nowMs = 1_800_000_015_000;
  const step = Math.floor(nowMs / 30_000);
  const codeAt = (offset: number) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({
      timestamp: nowMs + offset * 30_000,
    });
  expect(acceptedStep(secret, codeAt(0), nowMs, null)).toBe(step);
  expect(acceptedStep(secret, codeAt(-1), nowMs, null)).toBe(step - 1);
  expect(acceptedStep(secret, codeAt(1), nowMs, null)).toBe(step + 1);
  expect(acceptedStep(secret, codeAt(-2), nowMs, null)).toBeUndefined();
  expect(acceptedStep(secret, codeAt(0), nowMs, step)).toBeUndefined();
  expect(acceptedStep(secret, codeAt(-1), nowMs, step)).toBeUndefined();
  expect(acceptedStep(secret, codeAt(1), nowMs, step)).toBe(step + 1);
});

test('a hospital administrator reaches the own hospital and no higher than itself', () => {
  const head = { accountId: ONE, role: 'hospital-administrator', hospitalId: OWN } as const;
  expect(() => refuseBeyondReach(head, { role: 'expert', hospitalId: OWN })).not.toThrow();
  expect(() => refuseBeyondReach(head, { role: 'expert', hospitalId: OTHER })).toThrow();
  expect(() => refuseBeyondReach(head, { role: 'administrator', hospitalId: OWN })).toThrow();
  const admin = { ...head, role: 'administrator' } as const;
  expect(() =>
    refuseBeyondReach(admin, { role: 'administrator', hospitalId: OTHER }),
  ).not.toThrow();
});

test('an administrator may go while another is left', () => {
  expect(() => refuseLastAdministrator([ONE, TWO], [ONE])).not.toThrow();
  expect(() => refuseLastAdministrator([ONE], [ONE])).toThrow();
  expect(() => refuseLastAdministrator([ONE, TWO], [ONE, TWO])).toThrow();
  expect(() => refuseLastAdministrator([ONE], [TWO])).not.toThrow();
});
