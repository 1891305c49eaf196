import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProblemReply } from '../../shared/api/endpoints/system.ts';
import { ENDPOINTS } from '../../shared/api/endpoints.ts';
import type { SlideId } from '../../shared/ids.ts';
import type { Handlers } from '../../server/http/handler.ts';
import { startTestServer, type TestServer } from '../server.ts';
import { makeThings, type Things } from './example-requests.ts';
import { openRealNouns } from './real-nouns.ts';

let server: TestServer;
let things: Things;
/** What the next slide.list answers. */
let listed: unknown = { slides: [], nextCursor: null };
const hungUp: string[] = [];
let chunkArrived: () => void = () => undefined;

beforeAll(async () => {
  server = await startTestServer({
    slowBody: { windowMs: 800, minBytes: 400 },
    environment: { METRICS_TOKEN: 'a-token-of-some-length' },
    nouns: async (foundation) => {
      const nouns = await openRealNouns(foundation);
      const handlers: Partial<Handlers> = {
        'slide.list': () => Promise.resolve(listed as { slides: []; nextCursor: null }),
        'slide.shares': () => Promise.reject(new Error('a secret of the inside')),
        'upload.chunk': async ({ body, signal }) => {
          signal.addEventListener('abort', () => hungUp.push('chunk'));
          chunkArrived();
          for await (const part of body) void part;
          return { received: true, complete: false };
        },
      };
      return { ...nouns, handlers: { ...nouns.handlers, ...handlers } };
    },
  });
  things = await makeThings(server);
});
afterAll(() => server.dispose());

async function problemOf(reply: Response): Promise<ProblemReply> {
  return (await reply.json()) as ProblemReply;
}

test('every answer carries the security headers and a request id', async () => {
  for (const path of ['/livez', '/api/session', '/api/nothing', '/some/page']) {
    const { headers } = await server.anonymous.fetch(path);
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('content-security-policy')).toMatch(/script-src 'self';/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('permissions-policy')).toContain('camera=()');
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('access-control-allow-origin')).toBeNull();
  }
});

test('a request that does not fit names its fields and never repeats their values', async () => {
  const reply = await server.anonymous.fetch('/api/session', {
    method: 'POST',
    json: { username: 'somebody', password: ['my-secret'] },
  });
  expect(reply.status).toBe(400);
  const problem = await problemOf(reply);
  expect(problem).toMatchObject({ code: 'request.invalid', issues: [{ path: 'body.password' }] });
  expect(problem.requestId).toBe(reply.headers.get('x-request-id'));
  expect(JSON.stringify(problem)).not.toContain('my-secret');
});

test('an id that is none is refused before anything is looked up', async () => {
  const caller = await server.as('administrator');
  const reply = await caller.fetch('/api/slides/..%2f..%2fetc%2fpasswd');
  expect(await problemOf(reply)).toMatchObject({
    code: 'request.invalid',
    issues: [{ path: 'params.slideId' }],
  });
  expect((await caller.fetch('/api/slides/%E0%A4%A')).status).toBe(400);
});

test('a body that is not JSON, not UTF-8 or says another type is refused', async () => {
  const send = (body: string | Uint8Array, type = 'application/json') =>
    server.anonymous.fetch('/api/session', {
      method: 'POST',
      body: body as RequestInit['body'] & {},
      headers: { 'Content-Type': type },
    });
  for (const reply of [
    await send('{"username":'),
    await send(new Uint8Array([0x22, 0xff, 0x22])),
    await send('{}', 'text/plain'),
    await send('username=a', 'application/x-www-form-urlencoded'),
  ]) {
    expect(reply.status).toBe(400);
    expect((await problemOf(reply)).code).toBe('request.invalid');
  }
});

test('a JSON body beyond a mebibyte is refused, declared or not', async () => {
  const json = { username: 'x'.repeat(1 << 20), password: 'y' };
  const declared = await server.anonymous.fetch('/api/session', { method: 'POST', json });
  expect((await problemOf(declared)).code).toBe('request.too-large');
  const undeclared = await server.anonymous.fetch('/api/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: new Blob([JSON.stringify(json)]).stream(),
    duplex: 'half',
  } as RequestInit);
  expect(undeclared.status).toBe(413);
});

test('raw bytes beyond the limit of the endpoint are refused while they come', async () => {
  const caller = await server.as('administrator');
  const path = `/api/uploads/${things.uploadId}/chunks/0`;
  const limit = ENDPOINTS['upload.chunk'].maxBodyBytes;
  const send = (bytes: number) =>
    caller.fetch(path, {
      method: 'PUT',
      body: new Blob([new Uint8Array(bytes)]).stream(),
      duplex: 'half',
    } as RequestInit);
  expect((await send(limit)).status).toBe(200);
  const tooMuch = await send(limit + 1).catch(() => undefined);
  // The connection may be cut before the whole body is out; the answer, when it arrives, says why.
  expect([413, undefined]).toContain(tooMuch?.status);
});

function beginChunk(cookie: string, length: number) {
  const { port } = new URL(server.url);
  const request = httpRequest({
    port,
    method: 'PUT',
    path: `/api/uploads/${things.uploadId}/chunks/0`,
    headers: { Cookie: cookie, 'X-Farscope': '1', 'Content-Length': length },
  });
  const answered = new Promise<{ status: number; body: string }>((resolve, reject) => {
    request.once('response', (reply) => {
      void text(reply).then((body) => resolve({ status: reply.statusCode ?? 0, body }), reject);
    });
    request.once('error', reject);
  });
  return { request, answered };
}

test('a body that trickles is ended with a sentence', async () => {
  const { cookie } = await server.as('administrator');
  const { request, answered } = beginChunk(cookie, 1_000_000);
  const trickle = setInterval(() => request.write('x'), 50);
  const { status, body } = await answered;
  clearInterval(trickle);
  expect(status).toBe(408);
  expect(JSON.parse(body)).toMatchObject({ code: 'request.too-slow' });
  request.destroy();
});

test('a body that comes steadily may take long', async () => {
  const { cookie } = await server.as('administrator');
  const parts = 20;
  const { request, answered } = beginChunk(cookie, parts * 1_000);
  for (let part = 0; part < parts; part++) {
    request.write('x'.repeat(1_000));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  request.end();
  expect((await answered).status).toBe(200);
});

test('a handler learns that its caller hung up', async () => {
  const { cookie } = await server.as('administrator');
  const arrived = new Promise<void>((resolve) => {
    chunkArrived = resolve;
  });
  const { request, answered } = beginChunk(cookie, 1_000_000);
  request.write('x');
  await arrived;
  request.destroy();
  await expect(answered).rejects.toThrow();
  await expect.poll(() => hungUp).toContain('chunk');
  expect((await server.anonymous.fetch('/livez')).status).toBe(200);
});

test('a reply that does not fit the table is a failure of ours, one with more is cut to it', async () => {
  const caller = await server.as('administrator');
  listed = { slides: [{ id: 'not a slide' }], nextCursor: null };
  const misfit = await caller.fetch('/api/slides');
  expect(misfit.status).toBe(500);
  expect((await problemOf(misfit)).code).toBe('server.internal');
  listed = { slides: [], nextCursor: null, patient: 'a name' };
  expect(await (await caller.fetch('/api/slides')).json()).toEqual({
    slides: [],
    nextCursor: null,
  });
});

test('a failure of the inside says nothing of the inside, but its log line can be found', async () => {
  const caller = await server.as('administrator');
  const reply = await caller.fetch(`/api/slides/${things.slideId}/shares`);
  const body = await reply.text();
  expect(reply.status).toBe(500);
  expect(body).not.toContain('secret');
  const { requestId } = JSON.parse(body) as ProblemReply;
  const line = server.logLines().find((one) => one.includes(requestId) && one.includes('secret'));
  expect(line).toBeDefined();
});

test('the log names routes, not ids, and holds no cookie, password or name', async () => {
  const caller = await server.as('administrator');
  await caller.fetch(`/api/slides/${things.slideId}`);
  const log = server.logLines().join('\n');
  expect(log).toContain('"route":"/api/slides/:slideId"');
  expect(log).not.toContain(things.slideId satisfies SlideId);
  expect(log).not.toContain(caller.cookie.split('=')[1] ?? 'no cookie');
  expect(log).not.toContain('correct horse');
  expect(log).not.toContain(caller.account.username);
});

test('metrics are for administrators and for who has the token', async () => {
  const admin = await server.as('administrator');
  const metrics = await (await admin.fetch('/metrics')).text();
  expect(metrics).toMatch(/farscope_http_request_seconds_count\{method="GET",route="\/livez"/);
  expect(metrics).toContain('nodejs_eventloop_lag_seconds');
  expect(metrics).toContain('farscope_database_connections');
  const bearer = (token: string) =>
    server.anonymous.fetch('/metrics', { headers: { Authorization: `Bearer ${token}` } });
  expect((await bearer('a-token-of-some-length')).status).toBe(200);
  expect((await bearer('a-token-of-some-other-length')).status).toBe(401);
  expect((await server.anonymous.fetch('/metrics')).status).toBe(401);
  expect((await (await server.as('expert')).fetch('/metrics')).status).toBe(403);
});

test('readiness says what is not well', async () => {
  const reply = await server.anonymous.fetch('/readyz');
  expect(await reply.json()).toEqual({
    ok: true,
    checks: { database: true, disk: true, running: true },
  });
});

test('the OpenAPI document describes every route of the table', async () => {
  const caller = await server.as('trainee');
  const document = (await (await caller.fetch('/api/openapi.json')).json()) as {
    openapi: string;
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  expect(document.openapi).toBe('3.1.0');
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  expect(operations.map(({ operationId }) => operationId).sort()).toEqual(
    Object.keys(ENDPOINTS).sort(),
  );
  expect(document.paths['/api/slides/{slideId}']?.['get']).toMatchObject({
    parameters: [{ in: 'path', name: 'slideId', required: true }],
  });
});

test('idle connections that never finish their headers do not keep others waiting', async () => {
  const { port } = new URL(server.url);
  const idle = Array.from({ length: 200 }, () => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => socket.destroy());
    socket.write('GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    return socket;
  });
  expect((await server.anonymous.fetch('/livez')).status).toBe(200);
  for (const socket of idle) socket.destroy();
});
