import { mkdtemp, rm, stat } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { DEMO_ACCOUNTS } from './demo-alliance.ts';
import { demoSignIns, knownSignIns, prepareFirstRun, type FirstRunDeps } from './first-run.ts';
import { makePassword } from './first-sign-ins.ts';

let databases: TestDatabase;
let secretsDir: string;

beforeEach(async () => {
  databases = await createTestDatabase();
  secretsDir = await mkdtemp(join(tmpdir(), 'farscope-secrets-'));
});
afterEach(async () => {
  await databases.dispose();
  await rm(secretsDir, { recursive: true, force: true });
});

function needs(demo: boolean): FirstRunDeps {
  const { database } = databases;
  const passwords = { hash: (password: string) => Promise.resolve(`hash of ${password}`) };
  return { database, passwords, secretsDir, demo, newId: randomUUID };
}

test('an empty database gets the demo alliance once, and every start knows its sign-ins', async () => {
  await prepareFirstRun(needs(true));
  const first = await knownSignIns(needs(true));
  expect(first?.signIns.map(({ username }) => username)).toEqual(
    DEMO_ACCOUNTS.map(({ username }) => username),
  );
  await prepareFirstRun(needs(true));
  expect(await knownSignIns(needs(true))).toEqual(first);
  expect(await demoSignIns(needs(true))).toEqual(first?.signIns);
  const { mode } = await stat(join(secretsDir, 'first-sign-ins.json'));
  expect(mode & 0o777).toBe(0o600);
});

test('without the wish for a demo its sign-ins are told to nobody', async () => {
  await prepareFirstRun(needs(true));
  expect(await knownSignIns(needs(false))).toBeUndefined();
  expect(await demoSignIns(needs(false))).toEqual([]);
});

test('a demo account whose password was changed is no longer shown', async () => {
  await prepareFirstRun(needs(true));
  await databases.database.owner
    .updateTable('accounts')
    .set({ password_hash: 'another' })
    .where('username', '=', 'expert')
    .execute();
  const shown = await demoSignIns(needs(true));
  expect(shown.map(({ username }) => username)).not.toContain('expert');
  expect(shown).toHaveLength(DEMO_ACCOUNTS.length - 1);
});

test('without the demo there is one administrator, who must change the password and is not on the page', async () => {
  await prepareFirstRun(needs(false));
  const known = await knownSignIns(needs(false));
  expect(known?.signIns).toMatchObject([{ username: 'admin', role: 'administrator' }]);
  expect(await demoSignIns(needs(true))).toEqual([]);
  const owner = databases.database.owner;
  const rows = await owner.selectFrom('accounts').select('must_change_password').execute();
  expect(rows).toEqual([{ must_change_password: true }]);
  await owner.updateTable('accounts').set({ password_hash: 'another' }).execute();
  expect(await knownSignIns(needs(false))).toBeUndefined();
  await expect(stat(join(secretsDir, 'first-sign-ins.json'))).rejects.toThrow('ENOENT');
});

test('passwords are long enough for the rule, and no two are the same', () => {
  const made = Array.from({ length: 200 }, makePassword);
  expect(new Set(made).size).toBe(200);
  for (const password of made) expect(password).toMatch(/^[a-z2-9]{4}(-[a-z2-9]{4}){2}$/);
});
