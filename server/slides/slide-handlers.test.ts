import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeAddressedSlide } from '../../fixtures/addressed-slide.ts';
import type { SlideId } from '../../shared/ids.ts';
import type {
  Calibration,
  SlideDetail,
  SlideStatus,
  SlideSummary,
} from '../../shared/slide/slide.ts';
import { openRealNouns, type RealNouns } from '../../test/api/real-nouns.ts';
import { startTestServer, type TestCaller, type TestServer } from '../../test/server.ts';
import type { FastPath } from '../http/create-server.ts';
import { toJsonColumn } from '../storage/json-column.ts';

let server: TestServer;
let nouns: RealNouns;
let head: TestCaller;
let useFast = true;
/** What the fast path answered itself. */
let fastAnswers = 0;
const ids: SlideId[] = [];

beforeAll(async () => {
  server = await startTestServer({
    nouns: async (foundation) => {
      nouns = await openRealNouns(foundation);
      const fast: FastPath = (request, response) => {
        const taken = useFast && nouns.fast?.(request, response) === true;
        if (taken) fastAnswers++;
        return taken;
      };
      return { ...nouns, fast };
    },
  });
  head = await server.as('hospital-administrator');
  for (let i = 0; i < 5; i++) ids.push(await makeSlide(`Slide ${i} 50%_off`, i));
});
afterAll(() => server.dispose());

async function makeSlide(name: string, seed: number): Promise<SlideId> {
  const at = join(server.dataDir, `slide-${seed}.svs`);
  writeAddressedSlide(at, { layout: 'svs', width: 700 + seed, height: 600, levels: [1] });
  const { slideId } = await nouns.ingestLocalFiles({
    files: [{ path: 'slide.svs', at }],
    name,
    hospitalId: server.hospitals.own,
    accountId: head.account.id,
    stain: seed === 0 ? 'Ki-67' : null,
  });
  return slideId;
}

async function json<Body>(caller: TestCaller, path: string, init?: object): Promise<Body> {
  const reply = await caller.fetch(path, init);
  expect(reply.status, path).toBe(200);
  return (await reply.json()) as Body;
}

interface Page {
  readonly slides: SlideSummary[];
  readonly nextCursor: string | null;
}

const list = (query: string, caller = head) => json<Page>(caller, `/api/slides${query}`);
const pathOf = (index: number, rest = '') => `/api/slides/${ids[index] ?? ''}${rest}`;

test('the list comes newest first, page by page, each slide once', async () => {
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Page = await list(`?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`);
    expect(page.slides.length).toBeLessThanOrEqual(2);
    seen.push(...page.slides.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(seen).toEqual([...ids].reverse());
  const bad = await head.fetch('/api/slides?cursor=bm90IGEgY3Vyc29y');
  expect(bad.status).toBe(400);
});

test('a search takes signs that SQL knows as they are, and finds stains too', async () => {
  const names = async (search: string) =>
    (await list(`?search=${encodeURIComponent(search)}`)).slides.map(({ name }) => name);
  expect(await names('slide 3')).toEqual(['Slide 3 50%_off']);
  expect(await names('0%_o')).toHaveLength(5);
  expect(await names('%3')).toEqual([]);
  expect(await names("'; drop table slides; --")).toEqual([]);
  expect(await names('ki-67')).toEqual(['Slide 0 50%_off']);
});

test('a slide is renamed, its stain set and taken away, and the audit says who did it', async () => {
  const change = { name: ' HE 1 ', stain: 'H&E', note: 'recut' };
  const changed = await json<SlideDetail>(head, pathOf(1), { method: 'PATCH', json: change });
  expect(changed).toMatchObject({ name: 'HE 1', stain: 'H&E', note: 'recut' });
  const cleared = await json<SlideDetail>(head, pathOf(1), {
    method: 'PATCH',
    json: { stain: null },
  });
  expect(cleared).toMatchObject({ name: 'HE 1', stain: null, note: 'recut' });
  const events = await server.database.owner
    .selectFrom('audit_events')
    .select(['action', 'account_id'])
    .where('subject', '=', `slide:${ids[1] ?? ''}`)
    .where('action', '=', 'slide.update')
    .execute();
  expect(events).toHaveLength(2);
  expect(events[0]?.account_id).toBe(head.account.id);
});

test('a deleted slide leaves the list and its borrowers at once, and comes back whole', async () => {
  const expert = await server.as('expert', 'other');
  const lend = { hospitalId: server.hospitals.other, includeLabel: false, expiresAt: null };
  await json(head, pathOf(2, '/shares'), { method: 'POST', json: lend });
  const tile = pathOf(2, '/tiles/1/0/0/0');
  for (let i = 0; i < 2; i++) expect((await expert.fetch(tile)).status).toBe(200);
  expect((await head.fetch(pathOf(2), { method: 'DELETE' })).status).toBe(204);
  expect((await expert.fetch(tile)).status).toBe(404);
  expect((await list('')).slides.map(({ id }) => id)).not.toContain(ids[2]);
  expect((await list('?deleted=true')).slides.map(({ id }) => id)).toEqual([ids[2]]);
  const trainee = await server.as('trainee');
  expect((await trainee.fetch('/api/slides?deleted=true')).status).toBe(403);
  const restored = await json<SlideDetail>(head, pathOf(2, '/restore'), { method: 'POST' });
  expect(restored.deletedAt).toBeNull();
  expect((await expert.fetch(tile)).status).toBe(200);
});

test('calibration: the file says first, then the person who said last, with the reason', async () => {
  const before = await json<SlideDetail>(head, pathOf(3));
  expect(before.calibration).toMatchObject({ source: 'file' });
  for (const x of [0.5, 0.26]) {
    const body = { mpp: { x, y: x }, reason: 'stage micrometer' };
    await json(head, pathOf(3, '/calibration'), { method: 'PUT', json: body });
  }
  const after = await json<SlideDetail>(head, pathOf(3));
  expect(after).toMatchObject({
    mpp: { x: 0.26, y: 0.26 },
    calibration: { source: 'person', accountName: head.account.displayName },
  });
  const history = await json<Calibration[]>(head, pathOf(3, '/calibrations'));
  const said = history.map((one) => (one.source === 'none' ? null : one.mpp.x));
  expect(said).toEqual([0.26, 0.5, 0.25]);
  const slip = { mpp: { x: 250, y: 250 }, reason: 'nanometres' };
  const reply = await head.fetch(pathOf(3, '/calibration'), { method: 'PUT', json: slip });
  expect(await reply.json()).toMatchObject({ code: 'slide.implausible-mpp' });
});

test('one share in force for a hospital: the next one takes its place, and none goes to the own', async () => {
  const post = (body: object) => head.fetch(pathOf(4, '/shares'), { method: 'POST', json: body });
  const lend = { hospitalId: server.hospitals.other, expiresAt: null };
  await post({ ...lend, includeLabel: true });
  await post({ ...lend, includeLabel: false });
  const shares = await json<{ revokedAt: string | null; includeLabel: boolean }[]>(
    head,
    pathOf(4, '/shares'),
  );
  expect(shares.filter(({ revokedAt }) => revokedAt === null)).toMatchObject([
    { includeLabel: false },
  ]);
  const own = await post({ ...lend, hospitalId: server.hospitals.own, includeLabel: false });
  expect(await own.json()).toMatchObject({ code: 'slide.no-such-borrower' });
  const expert = await server.as('expert', 'other');
  const borrowed = (await list('?search=Slide 4', expert)).slides[0];
  expect(borrowed).toMatchObject({ access: 'shared', labelVisible: false });
});

test('a slide that had failed is opened again from the kept original, under a new revision', async () => {
  const before = await json<SlideDetail>(head, pathOf(4));
  await server.database.owner
    .updateTable('slides')
    .set({
      status: toJsonColumn<SlideStatus>({ kind: 'failed', code: 'format.damaged', fields: {} }),
    })
    .where('id', '=', before.id)
    .execute();
  const after = await json<SlideDetail>(head, pathOf(4, '/retry'), { method: 'POST' });
  expect(after.status).toEqual({ kind: 'ready' });
  expect(after.revision).toBe(before.revision + 1);
  const tile = (revision: number) => head.fetch(pathOf(4, `/tiles/${revision}/0/0/0`));
  expect((await tile(after.revision)).status).toBe(200);
  expect((await tile(before.revision)).status).toBe(404);
});

test('the thumbnail and the label are JPEG; the thumbnail may be kept, the label never', async () => {
  const detail = await json<SlideDetail>(head, pathOf(0));
  const thumbnail = await head.fetch(pathOf(0, `/thumbnail/${detail.revision}`));
  expect(thumbnail.headers.get('cache-control')).toContain('immutable');
  const label = await head.fetch(pathOf(0, '/associated/label'));
  expect(label.headers.get('cache-control')).toBe('no-store');
  expect((await head.fetch(pathOf(0, '/thumbnail/99'))).status).toBe(404);
});

const METHODS = ['GET', 'HEAD'] as const;
const TILES: readonly (readonly [string, number])[] = [
  ['/tiles/1/0/0/0', 200],
  ['/tiles/1/0/2/2', 200],
  ['/tiles/1/1/0/0', 200],
  ['/tiles/1/0/3/0', 404],
  ['/tiles/1/7/0/0', 404],
  ['/tiles/2/0/0/0', 404],
  ['/tiles/1/0/0/00', 200],
  ['/tiles/1/0/0/x', 400],
];

test('the short way and the long way give the same answers, to everyone', async () => {
  const callers = [head, await server.as('expert', 'other'), { fetch: server.anonymous.fetch }];
  for (const caller of callers) {
    for (const [rest, expected] of TILES) {
      for (const method of METHODS) {
        const answers = [];
        for (const short of [false, true, true]) {
          useFast = short;
          const reply = await caller.fetch(pathOf(0, rest), { method });
          const body = Buffer.from(await reply.arrayBuffer());
          const type = reply.headers.get('content-type');
          const cache = reply.headers.get('cache-control');
          const code =
            type?.includes('json') && body.length > 0
              ? (JSON.parse(body.toString()) as { code: string }).code
              : body.toString('base64');
          answers.push({ status: reply.status, type, cache, code });
        }
        expect(answers[1], `${method} ${rest}`).toEqual(answers[0]);
        expect(answers[2], `${method} ${rest}`).toEqual(answers[0]);
        if (caller === head) expect(answers[0]?.status, `${method} ${rest}`).toBe(expected);
      }
    }
  }
  expect(fastAnswers).toBeGreaterThan(0);
});

test('a tile that the browser has already is not sent again, but only to who may see it', async () => {
  useFast = true;
  const url = pathOf(0, '/tiles/1/0/1/1');
  await head.fetch(url);
  const first = await head.fetch(url);
  const etag = first.headers.get('etag') ?? '';
  const again = await head.fetch(url, { headers: { 'If-None-Match': etag } });
  expect(again.status).toBe(304);
  const stranger = await server.as('expert', 'other');
  const refused = await stranger.fetch(url, { headers: { 'If-None-Match': etag } });
  expect(refused.status).toBe(404);
});
