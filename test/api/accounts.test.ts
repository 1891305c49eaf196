import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Account, Hospital } from '../../shared/account/account.ts';
import type { SignInSession } from '../../shared/api/endpoints/accounts.ts';
import { startTestServer, TEST_PASSWORD, type TestCaller, type TestServer } from '../server.ts';

let server: TestServer;
let admin: TestCaller;

beforeAll(async () => {
  server = await startTestServer();
  admin = await server.as('administrator');
});
afterAll(() => server.dispose());

async function codeOf(reply: Response): Promise<string> {
  if (reply.ok) return String(reply.status);
  return ((await reply.json()) as { code: string }).code;
}

const newAccount = (username: string, more: object = {}) => ({
  username,
  displayName: 'Somebody new',
  role: 'pathologist',
  hospitalId: server.hospitals.own,
  password: 'a first password',
  ...more,
});

function create(caller: TestCaller, username: string, more: object = {}): Promise<Response> {
  return caller.fetch('/api/accounts', { method: 'POST', json: newAccount(username, more) });
}

test('a new account must change its first password before anything else', async () => {
  const made = (await (await create(admin, 'new-reader')).json()) as Account;
  expect(made).toMatchObject({ mustChangePassword: true, hospitalNameEn: 'Test Hospital A' });
  const caller = await server.signIn('new-reader', 'a first password');
  expect(await codeOf(await caller.fetch('/api/hospitals'))).toBe(
    'access.password-change-required',
  );
  const change = (current: string, next: string) =>
    caller.fetch('/api/session/password', { method: 'POST', json: { current, next } });
  expect(await codeOf(await change('not the first', 'a password of my own'))).toBe(
    'access.wrong-password',
  );
  expect(await codeOf(await change('a first password', 'a first password'))).toBe(
    'access.same-password',
  );
  expect((await change('a first password', 'a password of my own')).status).toBe(204);
  expect((await caller.fetch('/api/hospitals')).status).toBe(200);
});

test('a changed password ends all other sign-ins, not this one', async () => {
  const { username } = await server.makeAccount('teacher');
  const here = await server.signIn(username);
  const elsewhere = await server.signIn(username);
  expect((await elsewhere.fetch('/api/session')).status).toBe(200);
  await here.fetch('/api/session/password', {
    method: 'POST',
    json: { current: TEST_PASSWORD, next: 'another password' },
  });
  expect((await elsewhere.fetch('/api/session')).status).toBe(401);
  expect((await here.fetch('/api/session')).status).toBe(200);
});

test('a reader sees the own sign-ins and ends one of them', async () => {
  const { username } = await server.makeAccount('teacher');
  const here = await server.signIn(username);
  const elsewhere = await server.signIn(username);
  const list = async () => (await (await here.fetch('/api/session/all')).json()) as SignInSession[];
  const other = (await list()).find(({ current }) => !current);
  expect(await list()).toHaveLength(2);
  const stranger = await server.as('trainee');
  const path = `/api/session/all/${other?.id}`;
  expect(await codeOf(await stranger.fetch(path, { method: 'DELETE' }))).toBe('request.not-found');
  expect((await here.fetch(path, { method: 'DELETE' })).status).toBe(204);
  expect((await elsewhere.fetch('/api/session')).status).toBe(401);
  expect(await list()).toHaveLength(1);
});

test('signing out ends the sign-in on the server and takes the cookie back', async () => {
  const caller = await server.signIn((await server.makeAccount('expert')).username);
  const reply = await caller.fetch('/api/session', { method: 'DELETE' });
  expect(reply.status).toBe(204);
  expect(reply.headers.getSetCookie()).toEqual([
    'farscope=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0',
  ]);
  expect((await caller.fetch('/api/session')).status).toBe(401);
});

test('a disabled account is out at once, and in again when it is enabled', async () => {
  const { id, username } = await server.makeAccount('expert');
  const caller = await server.signIn(username);
  expect((await caller.fetch('/api/session')).status).toBe(200);
  const set = (disabled: boolean) =>
    admin.fetch(`/api/accounts/${id}`, { method: 'PATCH', json: { disabled } });
  expect(((await (await set(true)).json()) as Account).disabledAt).not.toBeNull();
  expect((await caller.fetch('/api/session')).status).toBe(401);
  await set(false);
  expect((await (await server.signIn(username)).fetch('/api/session')).status).toBe(200);
});

test('a changed role holds from the next request on', async () => {
  const { id, username } = await server.makeAccount('hospital-administrator');
  const caller = await server.signIn(username);
  expect((await caller.fetch('/api/accounts')).status).toBe(200);
  await admin.fetch(`/api/accounts/${id}`, { method: 'PATCH', json: { role: 'trainee' } });
  expect(await codeOf(await caller.fetch('/api/accounts'))).toBe('access.refused');
});

test('a hospital administrator manages the own hospital, and makes no administrators', async () => {
  const head = await server.as('hospital-administrator');
  const other = await server.makeAccount('technician', 'other');
  const listed = (await (await head.fetch('/api/accounts')).json()) as Account[];
  expect(new Set(listed.map(({ hospitalId }) => hospitalId))).toEqual(
    new Set([server.hospitals.own]),
  );
  expect(await codeOf(await create(head, 'own-technician', { role: 'technician' }))).toBe('200');
  const elsewhere = { hospitalId: server.hospitals.other };
  expect(await codeOf(await create(head, 'in-the-other', elsewhere))).toBe('access.refused');
  expect(await codeOf(await create(head, 'too-mighty', { role: 'administrator' }))).toBe(
    'access.refused',
  );
  const own = await server.makeAccount('trainee');
  const update = (id: string, json: object) =>
    head.fetch(`/api/accounts/${id}`, { method: 'PATCH', json });
  expect(await codeOf(await update(own.id, { role: 'administrator' }))).toBe('access.refused');
  expect(await codeOf(await update(own.id, elsewhere))).toBe('access.refused');
  expect(await codeOf(await update(other.id, { disabled: true }))).toBe('request.not-found');
  expect(await codeOf(await update(admin.account.id, { disabled: true }))).toBe('access.refused');
  const reset = await head.fetch(`/api/accounts/${admin.account.id}/password`, {
    method: 'POST',
    json: { password: 'a password of theirs' },
  });
  expect(await codeOf(reset)).toBe('access.refused');
});

test('the last administrator stays, also when two would remove each other at once', async () => {
  const second = await server.makeAccount('administrator');
  const secondCaller = await server.signIn(second.username);
  const demote = (caller: TestCaller, id: string) =>
    caller.fetch(`/api/accounts/${id}`, { method: 'PATCH', json: { role: 'expert' } });
  const [one, two] = await Promise.all([
    demote(admin, second.id),
    demote(secondCaller, admin.account.id),
  ]);
  const codes = [await codeOf(one), await codeOf(two)];
  expect(codes.filter((code) => code === '200')).toHaveLength(1);
  const winner = codes[0] === '200' ? admin : secondCaller;
  expect(await codeOf(await demote(winner, winner.account.id))).toBe('access.last-administrator');
  const disable = await winner.fetch(`/api/accounts/${winner.account.id}`, {
    method: 'PATCH',
    json: { disabled: true },
  });
  expect(await codeOf(disable)).toBe('access.last-administrator');
  const close = await winner.fetch(`/api/hospitals/${server.hospitals.own}`, {
    method: 'PATCH',
    json: { disabled: true },
  });
  expect(await codeOf(close)).toBe('access.last-administrator');
  admin = winner;
});

test('a user name is taken whatever its case', async () => {
  expect(await codeOf(await create(admin, 'Twice'))).toBe('200');
  expect(await codeOf(await create(admin, 'twice'))).toBe('access.username-taken');
});

test('a reset password must be changed, ends sign-ins and takes the second factor off', async () => {
  const { id, username } = await server.makeAccount('expert');
  const caller = await server.signIn(username);
  const reply = await admin.fetch(`/api/accounts/${id}/password`, {
    method: 'POST',
    json: { password: 'handed over on paper' },
  });
  expect(reply.status).toBe(204);
  expect((await caller.fetch('/api/session')).status).toBe(401);
  const again = await server.signIn(username, 'handed over on paper');
  expect(again.account).toMatchObject({ mustChangePassword: true, totpEnabled: false });
});

test('a hospital is added, renamed and closed, and its people are out', async () => {
  const send = (path: string, method: string, json: object) => admin.fetch(path, { method, json });
  const wanted = { code: 'NEW-1', nameZh: '新医院', nameEn: 'New Hospital' };
  const made = (await (await send('/api/hospitals', 'POST', wanted)).json()) as Hospital;
  expect(await codeOf(await send('/api/hospitals', 'POST', wanted))).toBe(
    'access.hospital-code-taken',
  );
  await create(admin, 'of-the-new-one', { hospitalId: made.id });
  const caller = await server.signIn('of-the-new-one', 'a first password');
  const path = `/api/hospitals/${made.id}`;
  const renamed = (await (await send(path, 'PATCH', { nameEn: 'Renamed' })).json()) as Hospital;
  expect(renamed).toMatchObject({ nameEn: 'Renamed', nameZh: '新医院', disabledAt: null });
  await send(path, 'PATCH', { disabled: true });
  expect((await caller.fetch('/api/session')).status).toBe(401);
  const refused = await create(admin, 'too-late', { hospitalId: made.id });
  expect(await codeOf(refused)).toBe('access.no-such-hospital');
});

test('the language is remembered with the account', async () => {
  const caller = await server.as('coordinator');
  await caller.fetch('/api/session', { method: 'PATCH', json: { locale: 'en' } });
  expect(await (await caller.fetch('/api/session')).json()).toMatchObject({ locale: 'en' });
});

test('what was done to accounts can be answered for, without passwords and names', async () => {
  const events = await server.database.owner
    .selectFrom('audit_events')
    .select(['action', 'detail'])
    .execute();
  const actions = new Set(events.map(({ action }) => action));
  for (const action of ['sign-in', 'account.create', 'account.update', 'account.reset-password']) {
    expect(actions).toContain(action);
  }
  const details = JSON.stringify(events.map(({ detail }) => detail));
  expect(details).not.toMatch(/password|new-reader|Somebody/);
});
