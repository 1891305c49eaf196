import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inScope, SYSTEM } from '../../server/storage/database.ts';
import { toJsonColumn } from '../../server/storage/json-column.ts';
import { type HospitalId, RescanId, ShareId, SlideId } from '../../shared/ids.ts';
import type { NewRescan, Rescan } from '../../shared/rescan/rescan.ts';
import type { SlideProperties, SlideStatus } from '../../shared/slide/slide.ts';
import { openRealNouns } from '../api/real-nouns.ts';
import { connect, slideRoom } from '../live/live-client.ts';
import { startTestServer, type TestCaller, type TestServer } from '../server.ts';

let server: TestServer;
let technician: TestCaller;
let pathologist: TestCaller;
let expert: TestCaller;
let slideId: SlideId;

const PROPERTIES: SlideProperties = {
  format: 'svs',
  vendor: null,
  scanner: null,
  compression: 'jpeg',
  mpp: null,
  objectivePower: null,
  scannedAt: null,
  iccProfile: null,
  background: { r: 255, g: 255, b: 255 },
  pyramid: { widthPx: 4_000, heightPx: 3_000, tileWidthPx: 256, tileHeightPx: 256, levels: [] },
  associated: [],
  notes: [],
} as unknown as SlideProperties;

async function makeSlide(
  name: string,
  hospitalId: HospitalId = server.hospitals.own,
): Promise<SlideId> {
  const id = SlideId.parse(randomUUID());
  await inScope(server.database, SYSTEM, (transaction) =>
    transaction
      .insertInto('slides')
      .values({
        id,
        hospital_id: hospitalId,
        name,
        status: toJsonColumn<SlideStatus>({ kind: 'stored' }),
        properties: toJsonColumn(PROPERTIES),
        uploaded_by: technician.account.id,
      })
      .execute(),
  );
  return id;
}

async function lend(id: SlideId): Promise<void> {
  await inScope(server.database, SYSTEM, (transaction) =>
    transaction
      .insertInto('slide_shares')
      .values({
        id: ShareId.parse(randomUUID()),
        slide_id: id,
        hospital_id: server.hospitals.other,
        granted_by: pathologist.account.id,
        expires_at: null,
        revoked_at: null,
      })
      .execute(),
  );
}

beforeAll(async () => {
  server = await startTestServer({ nouns: openRealNouns });
  technician = await server.as('technician');
  pathologist = await server.as('pathologist');
  expert = await server.as('expert', 'other');
  slideId = await makeSlide('S26-1');
  await lend(slideId);
});
afterAll(() => server.dispose());

const VIEW = { x: 900, y: 800, pxPerScreenPx: 2, rotation: 30, flip: true };
const BOX = { x: 1_000.25, y: 700.5, widthPx: 320.125, heightPx: 200, rotation: 30 };

function wanted(part: Partial<NewRescan> = {}): NewRescan {
  const id = RescanId.parse(randomUUID());
  return { id, box: BOX, reason: 'out-of-focus', words: null, view: VIEW, ...part };
}

async function call<Body>(
  caller: Pick<TestCaller, 'fetch'>,
  method: string,
  path: string,
  json?: unknown,
): Promise<{ status: number; body: Body }> {
  const reply = await caller.fetch(path, { method, ...(json === undefined ? {} : { json }) });
  return { status: reply.status, body: (await reply.json()) as Body };
}

const ask = (caller: TestCaller, json: unknown, of = slideId) =>
  call<Rescan & { code: string }>(caller, 'POST', `/api/slides/${of}/rescans`, json);
const answer = (caller: TestCaller, id: string, json: unknown) =>
  call<Rescan & { code: string }>(
    caller,
    'POST',
    `/api/slides/${slideId}/rescans/${id}/answer`,
    json,
  );
const withdraw = (caller: TestCaller, id: string) =>
  call<Rescan & { code: string }>(caller, 'POST', `/api/slides/${slideId}/rescans/${id}/withdraw`);
const list = async (caller: TestCaller, path = `/api/slides/${slideId}/rescans`) =>
  (await call<Rescan[]>(caller, 'GET', path)).body;

test('an expert elsewhere asks, and the box, the reason and the view are kept to the digit and named on both sides', async () => {
  const asked = wanted({ words: '右上方模糊' });
  expect((await ask(expert, asked)).status).toBe(200);
  for (const caller of [technician, expert]) {
    const [found] = await list(caller);
    expect(found).toMatchObject({
      ...asked,
      slideName: 'S26-1',
      askedByName: 'Test expert',
      askedByHospitalEn: 'Test Hospital B',
      state: { kind: 'asked' },
    });
  }
  expect((await list(technician, '/api/rescans')).map(({ id }) => id)).toContain(asked.id);
  expect(await list(await server.as('technician', 'other'), '/api/rescans')).toEqual([]);
});

test('asked twice with one id, it is made once; an id of somebody else is refused', async () => {
  const asked = wanted();
  expect((await ask(expert, asked)).status).toBe(200);
  expect((await ask(expert, asked)).status).toBe(200);
  expect((await list(expert)).filter(({ id }) => id === asked.id)).toHaveLength(1);
  expect((await ask(pathologist, asked)).body.code).toBe('request.invalid');
  const { rows } = await server.database.owner
    .selectFrom('audit_events')
    .selectAll()
    .where('action', '=', 'rescan.ask')
    .execute()
    .then((all) => ({ rows: all.filter(({ detail }) => detail['rescan'] === asked.id) }));
  expect(rows).toHaveLength(1);
});

test('what makes no sense is refused', async () => {
  expect((await ask(expert, wanted({ reason: 'other' }))).status).toBe(400);
  expect((await ask(expert, wanted({ box: { ...BOX, x: 4_001 } }))).body.code).toBe(
    'rescan.box-outside',
  );
  expect((await ask(expert, wanted({ box: { ...BOX, widthPx: 0 } }))).status).toBe(400);
  expect((await ask(expert, { ...wanted(), reason: 'because' })).status).toBe(400);
  expect((await ask(expert, wanted({ box: null, reason: 'wrong-slide' }))).status).toBe(200);
});

test('who may not read, or only trains, asks for nothing; a slide that is not lent is not there', async () => {
  const trainee = await server.as('trainee');
  expect((await ask(trainee, wanted())).body.code).toBe('access.refused');
  expect((await ask(technician, wanted())).body.code).toBe('access.refused');
  const unlent = await makeSlide('S26-2');
  expect((await ask(expert, wanted(), unlent)).body.code).toBe('request.not-found');
});

test('the hospital answers, and the reader sees which slide has replaced it only when that is lent too', async () => {
  const asked = wanted();
  await ask(expert, asked);
  const going = await answer(technician, asked.id, { kind: 'will-rescan' });
  expect(going.body.state).toMatchObject({
    kind: 'will-rescan',
    answeredByName: 'Test technician',
  });
  const replacedBy = await makeSlide('S26-1 again');
  const done = await answer(technician, asked.id, { kind: 'done', replacedBy });
  expect(done.body.state).toMatchObject({ kind: 'done', replacedByName: 'S26-1 again' });
  const stateFor = async () => (await list(expert)).find(({ id }) => id === asked.id)?.state;
  expect(await stateFor()).toMatchObject({ kind: 'done', replacedBy, replacedByName: null });
  await lend(replacedBy);
  expect(await stateFor()).toMatchObject({ replacedByName: 'S26-1 again' });
  expect((await list(technician, '/api/rescans')).map(({ id }) => id)).not.toContain(asked.id);
  const late = await answer(technician, asked.id, { kind: 'cannot', words: 'no' });
  expect(late.body.code).toBe('rescan.settled');
});

test('a slide of another hospital, the same slide, or none replaces nothing', async () => {
  const asked = wanted();
  await ask(expert, asked);
  const foreign = await makeSlide('theirs', server.hospitals.other);
  for (const replacedBy of [foreign, slideId, SlideId.parse(randomUUID())]) {
    const reply = await answer(technician, asked.id, { kind: 'done', replacedBy });
    expect(reply.body.code).toBe('rescan.no-such-slide');
  }
});

test('the reader’s hospital cannot answer, and the reader alone takes it back', async () => {
  const asked = wanted();
  await ask(expert, asked);
  expect((await answer(expert, asked.id, { kind: 'will-rescan' })).body.code).toBe(
    'access.refused',
  );
  expect((await withdraw(pathologist, asked.id)).body.code).toBe('access.refused');
  expect((await withdraw(expert, asked.id)).body.state.kind).toBe('withdrawn');
  expect((await answer(technician, asked.id, { kind: 'will-rescan' })).body.code).toBe(
    'rescan.settled',
  );
});

test('"cannot" needs words, and may still become better news', async () => {
  const asked = wanted();
  await ask(expert, asked);
  expect((await answer(technician, asked.id, { kind: 'cannot', words: ' ' })).status).toBe(400);
  const cannot = await answer(technician, asked.id, { kind: 'cannot', words: '玻片已碎' });
  expect(cannot.body.state).toMatchObject({ kind: 'cannot', words: '玻片已碎' });
  const better = await answer(technician, asked.id, { kind: 'will-rescan' });
  expect(better.body.state.kind).toBe('will-rescan');
});

test('of two answers at once one counts, and the other is told so', async () => {
  const asked = wanted();
  await ask(expert, asked);
  const replacedBy = await makeSlide('S26-1 once more');
  const answers = await Promise.all([
    answer(technician, asked.id, { kind: 'done', replacedBy }),
    answer(pathologist, asked.id, { kind: 'done', replacedBy }),
  ]);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
});

test('everybody in the room of the slide, and the hospital, hears at once that there is something new', async () => {
  const tabs = await Promise.all([connect(server, technician), connect(server, expert)]);
  const [own, elsewhere] = tabs;
  const hospital = { kind: 'hospital-rescans', hospitalId: server.hospitals.own } as const;
  own?.send({ kind: 'join', room: hospital });
  await own?.until('joined');
  elsewhere?.send({ kind: 'join', room: slideRoom(slideId) });
  await elsewhere?.until('joined');
  const asked = wanted();
  await ask(expert, asked);
  expect(await own?.until('changed')).toMatchObject({ room: hospital, what: 'rescans' });
  await elsewhere?.until('changed');
  elsewhere?.forget();
  await answer(technician, asked.id, { kind: 'will-rescan' });
  await elsewhere?.until('changed');
  for (const tab of tabs) tab.close();
});
