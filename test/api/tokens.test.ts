import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../server.ts';
import { openRealNouns } from './real-nouns.ts';

let server: TestServer;
let nowMs = Date.now();
const DAY_MS = 86_400_000;

beforeAll(async () => {
  server = await startTestServer({ now: () => nowMs, nouns: openRealNouns });
});
afterAll(() => server.dispose());

async function codeOf(reply: Response): Promise<string> {
  if (reply.ok) return String(reply.status);
  return `${reply.status} ${((await reply.json()) as { code: string }).code}`;
}

async function signedIn(role: 'technician' | 'pathologist' | 'administrator') {
  return await server.signIn((await server.makeAccount(role)).username);
}

test('a token is shown once, and only its SHA-256 is kept', async () => {
  const owner = await signedIn('technician');
  const { secret, id } = await server.withToken(owner, 'upload');
  expect(secret).toMatch(/^fst_[A-Za-z0-9_-]{43}$/);
  const listed = await (await owner.fetch('/api/session/tokens')).text();
  expect(JSON.parse(listed)).toMatchObject([
    { id, purpose: 'upload', hint: secret.slice(4, 8), lastUsedAt: null },
  ]);
  expect(listed).not.toContain(secret);
  const rows = await server.database.owner.selectFrom('access_tokens').selectAll().execute();
  expect(JSON.stringify(rows)).not.toContain(secret);
  expect(server.logLines().join('\n')).not.toContain(secret);
});

test('a token to upload begins an upload without the header of the own page', async () => {
  const { fetch: call } = await server.withToken(await signedIn('technician'), 'upload');
  const begun = await call('/api/uploads', {
    method: 'POST',
    json: {
      id: '0198f1c2-0000-4000-8000-00000000abcd',
      name: 'a slide',
      files: [{ path: 'a.svs', bytes: 1_000, lastModified: 0 }],
      fingerprint: 'a'.repeat(64),
    },
  });
  expect(await codeOf(begun)).toBe('200');
});

test('a token to upload reaches nothing that a colleague sends, even of an administrator', async () => {
  const colleague = await server.withToken(await signedIn('technician'), 'upload');
  const id = '0198f1c2-0000-4000-8000-00000000abce';
  const json = {
    id,
    name: 'b',
    files: [{ path: 'b.svs', bytes: 1_000, lastModified: 0 }],
    fingerprint: 'b'.repeat(64),
  };
  expect(await codeOf(await colleague.fetch('/api/uploads', { method: 'POST', json }))).toBe('200');
  const { fetch: call } = await server.withToken(await signedIn('administrator'), 'upload');
  expect(await codeOf(await call(`/api/uploads/${id}`))).toBe('404 request.not-found');
});

test('revoked, it is refused at once', async () => {
  const owner = await signedIn('technician');
  const { id, fetch: call } = await server.withToken(owner, 'read');
  expect(await codeOf(await call('/api/slides'))).toBe('200');
  const revoked = await owner.fetch(`/api/session/tokens/${id}`, { method: 'DELETE' });
  expect(revoked.status).toBe(204);
  const refused = await call('/api/slides');
  expect(refused.headers.get('WWW-Authenticate')).toBe('Bearer error="invalid_token"');
  expect(await codeOf(refused)).toBe('401 access.unsigned');
});

test('nobody revokes the token of somebody else, but who manages the account does', async () => {
  const owner = await signedIn('technician');
  const { id, fetch: call } = await server.withToken(owner, 'read');
  const other = await signedIn('technician');
  const tried = await other.fetch(`/api/session/tokens/${id}`, { method: 'DELETE' });
  expect(await codeOf(tried)).toBe('404 request.not-found');
  const head = await server.as('hospital-administrator');
  const path = `/api/accounts/${owner.account.id}/tokens`;
  expect(await (await head.fetch(path)).json()).toMatchObject([{ id }]);
  expect((await head.fetch(`${path}/${id}`, { method: 'DELETE' })).status).toBe(204);
  expect(await codeOf(await call('/api/slides'))).toBe('401 access.unsigned');
});

test('it ends with its time, and says when it was last used', async () => {
  const owner = await signedIn('technician');
  const { id, fetch: call } = await server.withToken(owner, 'read');
  expect(await codeOf(await call('/api/slides'))).toBe('200');
  const listed = await (await owner.fetch('/api/session/tokens')).json();
  expect(listed).toMatchObject([{ id, lastUsedAt: new Date(nowMs).toISOString() }]);
  nowMs += 31 * DAY_MS;
  expect(await codeOf(await call('/api/slides'))).toBe('401 access.unsigned');
  nowMs -= 31 * DAY_MS;
});

test('it ends with its account, and when an administrator resets the password', async () => {
  const head = await server.as('administrator');
  const disabled = await signedIn('technician');
  const one = await server.withToken(disabled, 'read');
  await head.fetch(`/api/accounts/${disabled.account.id}`, {
    method: 'PATCH',
    json: { disabled: true },
  });
  expect(await codeOf(await one.fetch('/api/slides'))).toBe('401 access.unsigned');
  const reset = await signedIn('technician');
  const two = await server.withToken(reset, 'read');
  await head.fetch(`/api/accounts/${reset.account.id}/password`, {
    method: 'POST',
    json: { password: 'another long password' },
  });
  expect(await codeOf(await two.fetch('/api/slides'))).toBe('401 access.unsigned');
});

test('a role that may not upload gets no token to upload, and nobody more than twenty', async () => {
  const teacher = await server.as('teacher');
  const json = { name: 'x', purpose: 'upload', days: 30 };
  const refused = await teacher.fetch('/api/session/tokens', { method: 'POST', json });
  expect(await codeOf(refused)).toBe('403 access.refused');
  const owner = await signedIn('technician');
  for (let made = 0; made < 20; made++) await server.withToken(owner, 'read');
  const beyond = await owner.fetch('/api/session/tokens', { method: 'POST', json });
  expect(await codeOf(beyond)).toBe('409 access.too-many-tokens');
});

test('a program that asks without end is told to wait', async () => {
  const program = await server.withToken(await signedIn('pathologist'), 'read');
  let refused: Response | undefined;
  for (let asked = 0; asked < 6_100 && refused === undefined; asked += 50) {
    const replies = await Promise.all(
      Array.from({ length: 50 }, () => program.fetch('/api/session')),
    );
    refused = replies.find(({ status }) => status === 429);
    await Promise.all(replies.map((reply) => reply.arrayBuffer()));
  }
  expect(refused?.status).toBe(429);
  expect(Number(refused?.headers.get('Retry-After'))).toBeGreaterThan(0);
});
