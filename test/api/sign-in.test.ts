import { TOTP, Secret } from 'otpauth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Account } from '../../shared/account/account.ts';
import { startTestServer, TEST_PASSWORD, type TestServer } from '../server.ts';

let server: TestServer;
let nowMs = Date.now();

beforeAll(async () => {
  server = await startTestServer({ now: () => nowMs });
});
afterAll(() => server.dispose());

async function codeOf(reply: Response): Promise<string> {
  return ((await reply.json()) as { code: string }).code;
}

function attempt(username: string, password: string, totp?: string): Promise<Response> {
  const json = totp === undefined ? { username, password } : { username, password, totp };
  return server.anonymous.fetch('/api/session', { method: 'POST', json });
}

test('who signs in gets a cookie that scripts cannot read, and is known by it', async () => {
  const { username } = await server.makeAccount('pathologist');
  const reply = await attempt(username.toUpperCase(), TEST_PASSWORD);
  expect(reply.status).toBe(200);
  const [cookie = ''] = reply.headers.getSetCookie();
  expect(cookie).toMatch(
    /^farscope=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=43200$/,
  );
  const me = await server.anonymous.fetch('/api/session', {
    headers: { Cookie: cookie.split(';')[0] ?? '' },
  });
  expect(((await me.json()) as Account).username).toBe(username);
});

test('a wrong name, a wrong password and a disabled account are one answer', async () => {
  const { username, id } = await server.makeAccount('expert');
  const admin = await server.as('administrator');
  expect(await codeOf(await attempt('nobody-of-this-name', TEST_PASSWORD))).toBe(
    'access.wrong-credentials',
  );
  expect(await codeOf(await attempt(username, 'not the password'))).toBe(
    'access.wrong-credentials',
  );
  await admin.fetch(`/api/accounts/${id}`, { method: 'PATCH', json: { disabled: true } });
  const reply = await attempt(username, TEST_PASSWORD);
  expect(reply.status).toBe(401);
  expect(await codeOf(reply)).toBe('access.wrong-credentials');
});

test('the sixth guess within a minute must wait, and says how long', async () => {
  const { username } = await server.makeAccount('expert');
  for (let guess = 0; guess < 5; guess++) {
    expect((await attempt(username, `guess number ${guess}`)).status).toBe(401);
  }
  const refused = await attempt(username, TEST_PASSWORD);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  const other = await server.makeAccount('expert');
  expect((await attempt(other.username, TEST_PASSWORD)).status).toBe(200);
});

test('a one-time code is asked for once it is set up, and lets in once', async () => {
  const { username } = await server.makeAccount('pathologist');
  const caller = await server.signIn(username);
  const begun = await caller.fetch('/api/session/totp', {
    method: 'POST',
    json: { password: TEST_PASSWORD },
  });
  const { secret, otpauthUri } = (await begun.json()) as { secret: string; otpauthUri: string };
  expect(otpauthUri).toContain(`otpauth://totp/Farscope:${username}`);
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  const code = () => totp.generate({ timestamp: nowMs });
  const wrong = await caller.fetch('/api/session/totp', {
    method: 'PUT',
    json: { totp: code() === '000000' ? '000001' : '000000' },
  });
  expect(await codeOf(wrong)).toBe('access.totp-wrong');
  const confirmed = await caller.fetch('/api/session/totp', {
    method: 'PUT',
    json: { totp: code() },
  });
  expect(((await confirmed.json()) as Account).totpEnabled).toBe(true);

  expect(await codeOf(await attempt(username, TEST_PASSWORD))).toBe('access.totp-required');
  expect(await codeOf(await attempt(username, TEST_PASSWORD, code()))).toBe('access.totp-wrong');
  nowMs += 30_000;
  const next = code();
  expect((await attempt(username, TEST_PASSWORD, next)).status).toBe(200);
  expect(await codeOf(await attempt(username, TEST_PASSWORD, next))).toBe('access.totp-wrong');
  const stored = await server.database.owner
    .selectFrom('accounts')
    .select('totp_secret')
    .where('username', '=', username)
    .executeTakeFirstOrThrow();
  expect(stored.totp_secret).not.toContain(secret);
});

test('two requests with the same code at the same moment let only one in', async () => {
  const { username } = await server.makeAccount('pathologist');
  const caller = await server.signIn(username);
  const begun = await caller.fetch('/api/session/totp', {
    method: 'POST',
    json: { password: TEST_PASSWORD },
  });
  const { secret } = (await begun.json()) as { secret: string };
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  await caller.fetch('/api/session/totp', {
    method: 'PUT',
    json: { totp: totp.generate({ timestamp: nowMs }) },
  });
  nowMs += 30_000;
  const code = totp.generate({ timestamp: nowMs });
  const replies = await Promise.all([1, 2, 3].map(() => attempt(username, TEST_PASSWORD, code)));
  expect(replies.map((reply) => reply.status).sort((a, b) => a - b)).toEqual([200, 401, 401]);
});

test('signing in again replaces the sign-in of the same browser', async () => {
  const { username } = await server.makeAccount('teacher');
  const first = await server.signIn(username);
  const again = await first.fetch('/api/session', {
    method: 'POST',
    json: { username, password: TEST_PASSWORD },
  });
  expect(again.status).toBe(200);
  expect((await first.fetch('/api/session')).status).toBe(401);
});

test('a sign-in ends after half an hour of silence, not while somebody works', async () => {
  const { username } = await server.makeAccount('trainee');
  const caller = await server.signIn(username);
  for (let call = 0; call < 3; call++) {
    nowMs += 25 * 60_000;
    expect((await caller.fetch('/api/session')).status).toBe(200);
  }
  nowMs += 31 * 60_000;
  expect((await caller.fetch('/api/session')).status).toBe(401);
});

test('a sign-in ends after twelve hours, however busy', async () => {
  const { username } = await server.makeAccount('trainee');
  const caller = await server.signIn(username);
  for (let call = 0; call < 28; call++) {
    nowMs += 25 * 60_000;
    expect((await caller.fetch('/api/session')).status).toBe(200);
  }
  nowMs += 25 * 60_000;
  expect((await caller.fetch('/api/session')).status).toBe(401);
});

test('over https, as a trusted proxy says, the cookie is bound to the host and Secure', async () => {
  const proxied = await startTestServer({ environment: { TRUST_PROXY: 'loopback' } });
  try {
    const { username } = await proxied.makeAccount('expert');
    const reply = await proxied.anonymous.fetch('/api/session', {
      method: 'POST',
      json: { username, password: TEST_PASSWORD },
      headers: { 'X-Forwarded-Proto': 'https' },
    });
    const [cookie = ''] = reply.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-farscope=[^;]+; Path=\/; HttpOnly; SameSite=Lax; .*Secure$/);
    expect(reply.headers.get('strict-transport-security')).toBe('max-age=31536000');
    const me = await proxied.anonymous.fetch('/api/session', {
      headers: { Cookie: cookie.split(';')[0] ?? '' },
    });
    expect(me.status).toBe(200);
  } finally {
    await proxied.dispose();
  }
});

test('nobody is believed to be a proxy unless the settings say so', async () => {
  const { username } = await server.makeAccount('expert');
  const reply = await server.anonymous.fetch('/api/session', {
    method: 'POST',
    json: { username, password: TEST_PASSWORD },
    headers: { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '203.0.113.9' },
  });
  expect(reply.headers.getSetCookie()[0]).toMatch(/^farscope=/);
});

test('where only Secure cookies count, a plain one signs nobody in', async () => {
  const strict = await startTestServer({ environment: { SECURE_COOKIES: '1' } });
  try {
    const { username } = await strict.makeAccount('expert');
    const { cookie, fetch } = await strict.signIn(username);
    expect(cookie).toMatch(/^__Host-farscope=/);
    expect((await fetch('/api/session')).status).toBe(200);
    const plain = cookie.replace('__Host-', '');
    const reply = await strict.anonymous.fetch('/api/session', { headers: { Cookie: plain } });
    expect(reply.status).toBe(401);
  } finally {
    await strict.dispose();
  }
});
