import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { writeAddressedSlide } from '../../fixtures/addressed-slide.ts';
import type { Role } from '../../shared/account/account.ts';
import type { SlideId } from '../../shared/ids.ts';
import { ROLES } from '../../shared/account/account.ts';
import type { SlideDetail } from '../../shared/slide/slide.ts';
import type { Resources } from '../../server/http/resources.ts';
import { startTestServer, type TestCaller, type TestServer } from '../server.ts';
import { openRealNouns, type RealNouns } from './real-nouns.ts';

let server: TestServer;
let nouns: RealNouns;
let slideId: SlideId;
let head: TestCaller;
let nowMs = Date.now();
/** What can() is told about a slide; the last test makes a hole in it. */
let firstWall: Resources['slide'];

const TILE = () => `/api/slides/${slideId}/tiles/1/0/0/0`;
const LABEL = () => `/api/slides/${slideId}/associated/label`;

beforeAll(async () => {
  server = await startTestServer({
    now: () => nowMs,
    nouns: async (foundation) => {
      nouns = await openRealNouns(foundation);
      firstWall = nouns.resources.slide;
      return { ...nouns, resources: { ...nouns.resources, slide: (id) => firstWall(id) } };
    },
  });
  head = await server.as('hospital-administrator');
  const path = join(server.dataDir, 'own.svs');
  writeAddressedSlide(path, { layout: 'svs', width: 512, height: 512, levels: [1] });
  const taken = await nouns.ingestLocalFiles({
    files: [{ path: 'own.svs', at: path }],
    name: 'A slide of the own hospital',
    hospitalId: server.hospitals.own,
    accountId: head.account.id,
    stain: null,
  });
  slideId = taken.slideId;
});
afterAll(() => server.dispose());

async function status(caller: Pick<TestCaller, 'fetch'>, path: string): Promise<number> {
  const reply = await caller.fetch(path);
  await reply.arrayBuffer();
  return reply.status;
}

async function share(more: object = {}): Promise<string> {
  const json = {
    hospitalId: server.hospitals.other,
    includeLabel: false,
    expiresAt: null,
    ...more,
  };
  const reply = await head.fetch(`/api/slides/${slideId}/shares`, { method: 'POST', json });
  expect(reply.status).toBe(200);
  return ((await reply.json()) as { id: string }).id;
}

const unshare = (id: string) =>
  head.fetch(`/api/slides/${slideId}/shares/${id}`, { method: 'DELETE' });

beforeEach(async () => {
  const reply = await head.fetch(`/api/slides/${slideId}/shares`);
  const shares = (await reply.json()) as { id: string; revokedAt: string | null }[];
  for (const { id, revokedAt } of shares) if (revokedAt === null) await unshare(id);
});

test('the slide is open, and its tiles say so to every role of its hospital', async () => {
  const detail = (await (await head.fetch(`/api/slides/${slideId}`)).json()) as SlideDetail;
  expect(detail).toMatchObject({ status: { kind: 'ready' }, revision: 1 });
  for (const role of ROLES) expect(await status(await server.as(role), TILE())).toBe(200);
});

test('a tile is nobody else’s: not the unsigned’s, not the other hospital’s, warm or cold', async () => {
  for (let round = 0; round < 2; round++) {
    expect(await status(server.anonymous, TILE())).toBe(401);
    expect(await status(await server.as('expert', 'other'), TILE())).toBe(404);
    expect(await status(head, TILE())).toBe(200);
  }
});

test('a shared slide is read by the other hospital, and no longer from the moment the share ends', async () => {
  const expert = await server.as('expert', 'other');
  const id = await share();
  for (let round = 0; round < 3; round++) expect(await status(expert, TILE())).toBe(200);
  expect(await status(expert, `/api/slides/${slideId}`)).toBe(200);
  await unshare(id);
  expect(await status(expert, TILE())).toBe(404);
  expect(await status(expert, `/api/slides/${slideId}`)).toBe(404);
});

test('a share ends by itself at its time', async () => {
  const expert = await server.as('expert', 'other');
  await share({ expiresAt: new Date(nowMs + 60_000).toISOString() });
  expect(await status(expert, TILE())).toBe(200);
  nowMs += 60_000;
  expect(await status(expert, TILE())).toBe(404);
});

test('who borrows a slide may look at it, and do nothing else to it', async () => {
  await share();
  const refused: Record<string, [string, object?]> = {
    '': ['PATCH', { name: 'another name' }],
    '/calibration': ['PUT', { mpp: { x: 0.5, y: 0.5 }, reason: 'because' }],
    '/shares': ['POST', {}],
    '/restore': ['POST', {}],
  };
  const administrator = await server.as('hospital-administrator', 'other');
  for (const [path, [method, json]] of Object.entries(refused)) {
    const reply = await administrator.fetch(`/api/slides/${slideId}${path}`, { method, json });
    expect(`${path} ${reply.status}`).toBe(`${path} 403`);
  }
  const remove = await administrator.fetch(`/api/slides/${slideId}`, { method: 'DELETE' });
  expect(remove.status).toBe(403);
});

const LABEL_ROLES: Record<Role, boolean> = {
  administrator: true,
  'hospital-administrator': true,
  technician: true,
  pathologist: true,
  expert: true,
  coordinator: true,
  teacher: false,
  trainee: false,
};

test.each(ROLES)(
  'the label is patient data: for %s of its hospital as the role says',
  async (role) => {
    expect(await status(await server.as(role), LABEL())).toBe(LABEL_ROLES[role] ? 200 : 403);
  },
);

test('a borrowed slide comes without its label, unless that was said', async () => {
  const expert = await server.as('expert', 'other');
  const trainee = await server.as('trainee', 'other');
  expect(await status(expert, LABEL())).toBe(404);
  const without = await share();
  expect(await status(expert, LABEL())).toBe(403);
  await unshare(without);
  await share({ includeLabel: true });
  const reply = await expert.fetch(LABEL());
  expect(reply.status).toBe(200);
  expect(reply.headers.get('cache-control')).toBe('no-store');
  expect(await status(trainee, LABEL())).toBe(403);
});

test('tiles end with the sign-in: signed out, disabled, a new first password', async () => {
  const warm = async () => {
    const account = await server.makeAccount('pathologist');
    const caller = await server.signIn(account.username);
    for (let round = 0; round < 2; round++) expect(await status(caller, TILE())).toBe(200);
    return { ...account, caller };
  };
  const admin = await server.as('administrator');
  const out = await warm();
  await out.caller.fetch('/api/session', { method: 'DELETE' });
  expect(await status(out.caller, TILE())).toBe(401);
  const disabled = await warm();
  await admin.fetch(`/api/accounts/${disabled.id}`, { method: 'PATCH', json: { disabled: true } });
  expect(await status(disabled.caller, TILE())).toBe(401);
  const moved = await warm();
  await admin.fetch(`/api/accounts/${moved.id}`, {
    method: 'PATCH',
    json: { hospitalId: server.hospitals.other },
  });
  expect(await status(moved.caller, TILE())).toBe(404);
  const reset = await warm();
  await admin.fetch(`/api/accounts/${reset.id}/password`, {
    method: 'POST',
    json: { password: 'handed over again' },
  });
  const again = await server.signIn(reset.username, 'handed over again');
  expect(await status(again, TILE())).toBe(403);
});

test('the short way of tiles answers nothing but tiles of the table', async () => {
  const paths = [
    `/api/slides/${slideId}/tiles/1/0/0`,
    `/api/slides/${slideId}/tiles/1/0/0/0/0`,
    `/api/slides/${slideId}/tiles/1/0/0/-1`,
    `/api/slides/${slideId}/tiles/1/0/0/zero`,
    `/api/slides/${slideId}/tiles/1/0/99/0`,
    `/api/slides/${slideId}/tiles/1/9/0/0`,
    `//api/slides/${slideId}/tiles/1/0/0/0`,
    `/api/slides/${slideId}/../${slideId}/tiles/1/0/0`,
  ];
  for (const path of paths) {
    const reply = await head.fetch(path);
    expect(`${path} ${reply.headers.get('content-type')}`).toBe(
      `${path} application/json; charset=utf-8`,
    );
  }
  expect((await head.fetch(TILE(), { method: 'POST' })).status).toBe(404);
});

test('the second wall: even when the first says yes, the database shows a stranger nothing', async () => {
  const stranger = await server.as('technician', 'other');
  const sound = firstWall;
  const own = { kind: 'slide', deleted: false, shares: [] } as const;
  const { hospitalId } = stranger.account;
  firstWall = () => Promise.resolve({ ...own, hospitalId });
  try {
    const read = await stranger.fetch(`/api/slides/${slideId}`);
    expect(await read.json()).toMatchObject({ code: 'request.not-found' });
    const renamed = await stranger.fetch(`/api/slides/${slideId}`, {
      method: 'PATCH',
      json: { name: 'taken over' },
    });
    expect(await renamed.json()).toMatchObject({ code: 'request.not-found' });
    await stranger.fetch(`/api/slides/${slideId}`, { method: 'DELETE' });
  } finally {
    firstWall = sound;
  }
  const detail = (await (await head.fetch(`/api/slides/${slideId}`)).json()) as SlideDetail;
  expect(detail).toMatchObject({ name: 'A slide of the own hospital', deletedAt: null });
});
