import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROLES, type Role } from '../../shared/account/account.ts';
import { actorMay, roleMay, type Action } from '../../shared/access/can.ts';
import { TOKEN_PURPOSES } from '../../shared/access/token.ts';
import type { Endpoint } from '../../shared/api/endpoint.ts';
import { ENDPOINTS } from '../../shared/api/endpoints.ts';
import { startTestServer, type TestCaller, type TestServer } from '../server.ts';
import { openRealNouns } from './real-nouns.ts';
import {
  emptyBody,
  exampleRequests,
  makeThings,
  type ExampleRequest,
  type Things,
} from './example-requests.ts';

let server: TestServer;
let things: Things;
let nowMs = Date.now();

beforeAll(async () => {
  server = await startTestServer({ now: () => nowMs, nouns: openRealNouns });
  things = await makeThings(server);
});
afterAll(() => server.dispose());

async function answerOf(reply: Response): Promise<string> {
  if (reply.status < 400) return String(reply.status);
  const { code } = (await reply.json()) as { code: string };
  return `${reply.status} ${code}`;
}

const table = Object.entries<Endpoint>(ENDPOINTS);
const needsSignIn = ({ access }: Endpoint) => access.kind === 'signed' || access.kind === 'action';
const namesOf = (which: (endpoint: Endpoint) => boolean) =>
  table.filter(([, endpoint]) => which(endpoint)).map(([name]) => name);

const signed = namesOf(needsSignIn);
const byAction = namesOf(({ access }) => access.kind === 'action');
const changing = namesOf(({ method }) => method !== 'GET');
// The alliance knows its hospitals: they are nobody's secret.
const aboutThings = namesOf(
  ({ access }) =>
    access.kind === 'action' && access.resource !== null && access.resource !== 'hospital',
);

function requestOf(name: string): ExampleRequest {
  const found = exampleRequests(things).find((request) => request.name === name);
  if (found === undefined) throw new Error(name);
  return found;
}

function actionOf({ endpoint: { access } }: ExampleRequest): Action {
  if (access.kind !== 'action') throw new Error('decided by no action');
  return access.action;
}

async function ask(
  { fetch: call }: Pick<TestCaller, 'fetch'>,
  request: ExampleRequest,
  headers: Record<string, string> = {},
): Promise<string> {
  const { method } = request;
  return await answerOf(await call(request.path, { method, headers, ...emptyBody(request) }));
}

test('every route that is mounted is in the endpoint table, and every one of the table is mounted', () => {
  const inTable = table.map(([, { method, path }]) => `${method} ${path}`);
  expect([...server.routes()].sort()).toEqual(inTable.sort());
});

test('what is open to everyone is known by name', () => {
  expect(namesOf((endpoint) => !needsSignIn(endpoint)).sort()).toEqual([
    'session.signIn',
    'system.livez',
    'system.metrics',
    'system.readyz',
    'system.welcome',
  ]);
});

test.each(signed)(
  '%s refuses who is not signed in, and a cookie that was made up',
  async (name) => {
    const request = requestOf(name);
    expect(await ask(server.anonymous, request)).toBe('401 access.unsigned');
    const Cookie = `farscope=${'A'.repeat(43)}`;
    expect(await ask(server.anonymous, request, { Cookie })).toBe('401 access.unsigned');
  },
);

test.each(byAction)('%s refuses every role that may not, whatever the thing', async (name) => {
  const request = requestOf(name);
  const answers = new Map<Role, string>();
  const refused = ROLES.filter((role) => !roleMay(role, actionOf(request)));
  for (const role of refused) answers.set(role, await ask(await server.as(role), request));
  expect(answers).toEqual(new Map(refused.map((role) => [role, '403 access.refused'])));
});

test.each(aboutThings)('%s says "not found" to every role of the other hospital', async (name) => {
  const request = requestOf(name);
  const admitted = ROLES.filter(
    (role) => role !== 'administrator' && roleMay(role, actionOf(request)),
  );
  expect(admitted.length).toBeGreaterThan(0);
  for (const role of admitted) {
    const answer = await ask(await server.as(role, 'other'), request);
    expect(`${role}: ${answer}`).toBe(`${role}: 404 request.not-found`);
  }
});

test.each(changing)('%s refuses a change that another site asks for', async (name) => {
  const request = requestOf(name);
  const { cookie } = await server.as('administrator');
  const attempts: Record<string, string>[] = [
    { 'X-Farscope': '1', 'Sec-Fetch-Site': 'cross-site' },
    { 'X-Farscope': '1', 'Sec-Fetch-Site': 'same-site' },
    { 'X-Farscope': '1', Origin: 'https://elsewhere.example' },
    { 'X-Farscope': '1', Origin: 'null' },
    { 'Sec-Fetch-Site': 'same-origin' },
  ];
  for (const headers of attempts) {
    const reply = await fetch(server.url + request.path, {
      method: request.method,
      headers: { ...headers, Cookie: cookie },
    });
    expect(await answerOf(reply)).toBe('403 request.cross-site');
  }
});

test('a first password that must be changed opens nothing but the own sign-in', async () => {
  const { username, id } = await server.makeAccount('administrator');
  await server.database.owner
    .updateTable('accounts')
    .set({ must_change_password: true })
    .where('id', '=', id)
    .execute();
  const caller = await server.signIn(username);
  for (const request of exampleRequests(things)) {
    if (!needsSignIn(request.endpoint) || request.name.startsWith('session.')) continue;
    expect(`${request.name} ${await ask(caller, request)}`).toBe(
      `${request.name} 403 access.password-change-required`,
    );
  }
  expect((await caller.fetch('/api/session')).status).toBe(200);
});

test('every endpoint refuses a sign-in whose time is over', async () => {
  const caller = await server.signIn((await server.makeAccount('administrator')).username);
  expect((await caller.fetch('/api/session')).status).toBe(200);
  nowMs += 31 * 60_000;
  for (const request of exampleRequests(things)) {
    if (!needsSignIn(request.endpoint)) continue;
    const answer = await ask(caller, request);
    expect(`${request.name} ${answer}`).toBe(`${request.name} 401 access.unsigned`);
  }
  nowMs -= 31 * 60_000;
});

test('an unknown path of the API is a problem, not a page', async () => {
  const reply = await server.anonymous.fetch('/api/no-such-thing');
  expect(await answerOf(reply)).toBe('404 request.not-found');
});

test.each(TOKEN_PURPOSES)(
  'a token to %s is refused on every route of another purpose',
  async (purpose) => {
    const owner = await server.as('administrator');
    const program = await server.withToken(owner, purpose);
    const { id: accountId, role, hospitalId } = owner.account;
    const actor = { accountId, role, hospitalId, tokenPurpose: purpose };
    let admitted = 0;
    for (const request of exampleRequests(things)) {
      const { access } = request.endpoint;
      if (!needsSignIn(request.endpoint)) continue;
      const answer = await ask(program, request);
      if (access.kind === 'action' && actorMay(actor, access.action)) {
        admitted++;
        expect(`${request.name} ${answer}`).not.toMatch(/401|token-insufficient/);
      } else {
        expect(`${request.name} ${answer}`).toBe(`${request.name} 403 access.token-insufficient`);
      }
    }
    expect(admitted).toBeGreaterThan(2);
  },
);

test('no token sees the metrics, nor what a cookie beside it would open', async () => {
  const owner = await server.as('administrator');
  const { secret } = await server.withToken(owner, 'read');
  const headers = { Authorization: `Bearer ${secret}`, Cookie: owner.cookie };
  const answered = await fetch(`${server.url}/api/accounts`, { headers });
  expect(await answerOf(answered)).toBe('403 access.token-insufficient');
});
