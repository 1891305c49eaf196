import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inScope, SYSTEM } from '../../server/storage/database.ts';
import { toJsonColumn } from '../../server/storage/json-column.ts';
import { ShareId, SlideId } from '../../shared/ids.ts';
import { LIVE_CLOSE, LIVE_LIMITS } from '../../shared/live/live-wire.ts';
import type { SlideStatus } from '../../shared/slide/slide.ts';
import { openRealNouns } from '../api/real-nouns.ts';
import { startTestServer, type TestCaller, type TestServer } from '../server.ts';
import { connect, fieldAt, type LiveClient, slideRoom, tryUpgrade } from './live-client.ts';

let server: TestServer;
let technician: TestCaller;
let pathologist: TestCaller;
let expert: TestCaller;
const opened: LiveClient[] = [];

beforeAll(async () => {
  server = await startTestServer({ nouns: openRealNouns });
  technician = await server.as('technician');
  pathologist = await server.as('pathologist');
  expert = await server.as('expert', 'other');
});
afterAll(async () => {
  for (const client of opened) client.close();
  await server.dispose();
});

async function live(caller: Pick<TestCaller, 'cookie'>): Promise<LiveClient> {
  const client = await connect(server, caller);
  opened.push(client);
  return client;
}

async function makeSlide(lent = true): Promise<SlideId> {
  const slideId = SlideId.parse(randomUUID());
  await inScope(server.database, SYSTEM, async (transaction) => {
    await transaction
      .insertInto('slides')
      .values({
        id: slideId,
        hospital_id: server.hospitals.own,
        name: 'a slide',
        status: toJsonColumn<SlideStatus>({ kind: 'ready' }),
        uploaded_by: technician.account.id,
      })
      .execute();
    if (!lent) return;
    await transaction
      .insertInto('slide_shares')
      .values({
        id: ShareId.parse(randomUUID()),
        slide_id: slideId,
        hospital_id: server.hospitals.other,
        granted_by: pathologist.account.id,
        expires_at: null,
        revoked_at: null,
      })
      .execute();
  });
  return slideId;
}

async function joined(caller: Pick<TestCaller, 'cookie'>, slideId: SlideId): Promise<LiveClient> {
  const client = await live(caller);
  client.send({ kind: 'join', room: slideRoom(slideId) });
  await client.until('joined');
  return client;
}

test('only who is signed in, on a page of this host, with our sub-protocol, is connected', async () => {
  const { cookie } = technician;
  expect(await tryUpgrade(server, cookie)).toBe('101');
  expect(await tryUpgrade(server, undefined)).toBe('401 access.unsigned');
  expect(await tryUpgrade(server, `farscope=${'A'.repeat(43)}`)).toBe('401 access.unsigned');
  const elsewhere = [
    { Origin: 'https://elsewhere.example' },
    { Origin: 'null' },
    { Origin: `${server.url}.elsewhere.example` },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
  ];
  for (const headers of elsewhere) {
    expect(await tryUpgrade(server, cookie, { headers })).toBe('403 request.cross-site');
  }
  const forged = { Origin: 'https://elsewhere.example', 'X-Forwarded-Host': 'elsewhere.example' };
  expect(await tryUpgrade(server, cookie, { headers: forged })).toBe('403 request.cross-site');
  expect(await tryUpgrade(server, cookie, { protocol: 'other' })).toBe('400 request.invalid');
  expect(await tryUpgrade(server, cookie, { path: '/api/slides' })).toBe('404 request.not-found');
  const program = await server.withToken(await server.as('administrator'), 'read');
  const headers = { Authorization: `Bearer ${program.secret}` };
  expect(await tryUpgrade(server, cookie, { headers })).toBe('401 access.unsigned');
});

test('a request without an upgrade is told what is missing', async () => {
  const reply = await technician.fetch('/api/live');
  expect(reply.status).toBe(426);
});

test('a first password that must be changed opens no live channel', async () => {
  const { username, id } = await server.makeAccount('technician');
  await server.database.owner
    .updateTable('accounts')
    .set({ must_change_password: true })
    .where('id', '=', id)
    .execute();
  const { cookie } = await server.signIn(username);
  expect(await tryUpgrade(server, cookie)).toBe('403 access.password-change-required');
});

test('the technician who uploaded a slide sees by name who looks, what they see, and when they have left', async () => {
  const slideId = await makeSlide();
  const watching = await joined(technician, slideId);
  expect(await watching.until('joined')).toMatchObject({ watches: true });
  const reader = await joined(expert, slideId);
  expect(await reader.until('joined')).toMatchObject({ watches: false });
  reader.send({ kind: 'look', room: slideRoom(slideId), field: fieldAt(100, 50) });
  const seen = await watching.until('reader');
  expect(seen.reader).toMatchObject({
    displayName: 'Test expert',
    role: 'expert',
    hospitalNameZh: '测试医院乙',
    hospitalNameEn: 'Test Hospital B',
    field: fieldAt(100, 50),
  });
  reader.send({ kind: 'look', room: slideRoom(slideId), field: fieldAt(700) });
  await watching.until('reader', (frame) => frame.reader.field.view.x === 700);
  reader.close();
  const left = await watching.until('reader-left');
  expect(left).toMatchObject({ presenceId: seen.reader.presenceId });

  const looks = await technician.fetch(`/api/slides/${slideId}/looks`);
  expect(await looks.json()).toMatchObject([
    { displayName: 'Test expert', hospitalNameEn: 'Test Hospital B' },
  ]);
});

test('who joins later is shown who looks already', async () => {
  const slideId = await makeSlide();
  const reader = await joined(expert, slideId);
  reader.send({ kind: 'look', room: slideRoom(slideId), field: fieldAt(5) });
  await sleep(50);
  const watching = await joined(technician, slideId);
  expect((await watching.until('reader')).reader.field).toEqual(fieldAt(5));
});

test('nobody watches unseen: another account of the hospital, an administrator too, sees readers only while looking', async () => {
  const slideId = await makeSlide();
  const room = slideRoom(slideId);
  const administrator = await server.as('administrator');
  const quiet = [await joined(pathologist, slideId), await joined(administrator, slideId)];
  const reader = await joined(expert, slideId);
  const watching = await joined(technician, slideId);
  reader.send({ kind: 'look', room, field: fieldAt(1) });
  await watching.until('reader');
  await sleep(100);
  for (const client of quiet)
    expect(client.frames.some(({ kind }) => kind === 'reader')).toBe(false);
  for (const caller of [pathologist, administrator]) {
    expect((await caller.fetch(`/api/slides/${slideId}/looks`)).status).toBe(403);
  }
  const [mutual] = quiet;
  mutual?.send({ kind: 'look', room, field: fieldAt(2) });
  await mutual?.until('reader', (frame) => frame.reader.displayName === 'Test expert');
  await reader.until('reader', (frame) => frame.reader.displayName === 'Test pathologist');
  mutual?.send({ kind: 'look-away', room });
  await reader.until('reader-left');
  mutual?.forget();
  reader.send({ kind: 'look', room, field: fieldAt(3) });
  await watching.until('reader', (frame) => frame.reader.field.view.x === 3);
  await sleep(100);
  expect(mutual?.frames).toEqual([]);
});

test('a slide of another hospital that is not lent is no room, and looking at it tells nobody', async () => {
  const slideId = await makeSlide(false);
  const watching = await joined(technician, slideId);
  const stranger = await live(expert);
  stranger.send({ kind: 'join', room: slideRoom(slideId) });
  expect(await stranger.until('refused')).toMatchObject({ reason: 'not-found' });
  stranger.send({ kind: 'look', room: slideRoom(slideId), field: fieldAt(1) });
  const unknown = slideRoom(SlideId.parse(randomUUID()));
  stranger.send({ kind: 'join', room: unknown });
  await stranger.until('refused', ({ room }) => room.kind === 'slide' && room.slideId !== slideId);
  await sleep(100);
  expect(watching.frames.filter(({ kind }) => kind === 'reader')).toEqual([]);
  const reply = await expert.fetch(`/api/slides/${slideId}/looks`);
  expect(reply.status).toBe(404);
});

test('the rescans of a hospital are heard in that hospital alone, by who may answer them', async () => {
  const room = { kind: 'hospital-rescans', hospitalId: server.hospitals.own } as const;
  const own = await live(technician);
  own.send({ kind: 'join', room });
  await own.until('joined');
  const trainee = await server.as('trainee');
  const elsewhere = await server.as('technician', 'other');
  for (const caller of [trainee, elsewhere, await server.as('administrator', 'other')]) {
    const client = await live(caller);
    client.send({ kind: 'join', room });
    expect(await client.until('refused')).toMatchObject({ reason: 'not-found' });
  }
});

test('when the share ends, its reader is put out at once and the technician sees them leave', async () => {
  const slideId = await makeSlide();
  const watching = await joined(technician, slideId);
  const reader = await joined(expert, slideId);
  reader.send({ kind: 'look', room: slideRoom(slideId), field: fieldAt(1) });
  await watching.until('reader');
  const shares = (await (await pathologist.fetch(`/api/slides/${slideId}/shares`)).json()) as {
    id: string;
  }[];
  const path = `/api/slides/${slideId}/shares/${shares[0]?.id}`;
  expect((await pathologist.fetch(path, { method: 'DELETE' })).status).toBe(204);
  expect(await reader.until('refused')).toMatchObject({ reason: 'not-found' });
  await watching.until('reader-left');
  watching.forget();
  reader.send({ kind: 'look', room: slideRoom(slideId), field: fieldAt(2) });
  await sleep(100);
  expect(watching.frames).toEqual([]);
});

test('a sign-in that is ended ends its connection at once, and no other', async () => {
  const { username } = await server.makeAccount('technician');
  const [first, second] = [await server.signIn(username), await server.signIn(username)];
  const [tab, other] = [await live(first), await live(second)];
  await first.fetch('/api/session', { method: 'DELETE' });
  expect(await tab.closed).toBe(LIVE_CLOSE.unsigned);
  expect(other.isOpen()).toBe(true);
});

test('an account that is disabled loses all its connections', async () => {
  const { username, id } = await server.makeAccount('technician');
  const tab = await live(await server.signIn(username));
  const administrator = await server.as('administrator');
  const json = { disabled: true };
  const reply = await administrator.fetch(`/api/accounts/${id}`, { method: 'PATCH', json });
  expect(reply.status).toBe(200);
  expect(await tab.closed).toBe(LIVE_CLOSE.unsigned);
});

test.each([
  ['no JSON', 'x'],
  ['no object', '[]'],
  ['an unknown kind', '{"kind":"shout"}'],
  ['no id of a slide', '{"kind":"join","room":{"kind":"slide","slideId":"1"}}'],
  ['a view out of bounds', '{"kind":"look","room":{"kind":"slide","slideId":"1"},"field":{}}'],
  ['bytes', Buffer.from([1, 2, 3])],
])('%s ends the connection as malformed', async (_name, frame) => {
  const client = await live(technician);
  client.send(frame);
  expect(await client.closed).toBe(LIVE_CLOSE.malformed);
});

test('a frame that is too large ends the connection before it is read', async () => {
  const client = await live(technician);
  client.send(`"${'x'.repeat(LIVE_LIMITS.frameBytes)}"`);
  expect(await client.closed).toBe(1009);
});

test('a flood ends its own connection and no other', async () => {
  const slideId = await makeSlide();
  const watching = await joined(technician, slideId);
  const calm = await joined(pathologist, slideId);
  const wild = await joined(expert, slideId);
  for (let at = 0; at < LIVE_LIMITS.frames.burst * 3; at += 1) {
    wild.send({ kind: 'look', room: slideRoom(slideId), field: fieldAt(at) });
  }
  expect(await wild.closed).toBe(LIVE_CLOSE.tooMany);
  const told = watching.frames.filter(({ kind }) => kind === 'reader').length;
  expect(told).toBeLessThan(60);
  calm.send({ kind: 'look', room: slideRoom(slideId), field: fieldAt(4) });
  await watching.until('reader', ({ reader }) => reader.displayName === 'Test pathologist');
});

test('presence goes out at most twenty times a second, and the last one always', async () => {
  const slideId = await makeSlide();
  const watching = await joined(technician, slideId);
  const reader = await joined(expert, slideId);
  const begunMs = performance.now();
  for (let at = 1; at <= 100; at += 1) {
    reader.send({ kind: 'look', room: slideRoom(slideId), field: fieldAt(at) });
    await sleep(5);
  }
  await watching.until('reader', (frame) => frame.reader.field.view.x === 100);
  const told = watching.frames.filter(({ kind }) => kind === 'reader').length;
  const seconds = (performance.now() - begunMs) / 1000;
  expect(told).toBeLessThanOrEqual(Math.ceil(seconds * LIVE_LIMITS.looksPerSecond) + 2);
  const xs = watching.frames.flatMap((frame) =>
    frame.kind === 'reader' ? [frame.reader.field.view.x] : [],
  );
  expect(xs).toEqual(xs.toSorted((a, b) => a - b));
});

test('a tab joins so many rooms and no more', async () => {
  const client = await live(technician);
  for (let at = 0; at <= LIVE_LIMITS.roomsPerConnection; at += 1) {
    client.send({ kind: 'join', room: slideRoom(SlideId.parse(randomUUID())) });
    if (at % 50 === 49) await sleep(600);
  }
  await client.until('refused');
  expect(client.isOpen()).toBe(true);
});

test('the server compresses nothing and stops without waiting for its tabs', async () => {
  const own = await startTestServer({ nouns: openRealNouns });
  const caller = await own.as('technician');
  const tab = await connect(own, caller);
  expect(tab.extensions).toBe('');
  await own.dispose();
  expect(await tab.closed).toBe(LIVE_CLOSE.stopping);
});
