import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { indicesOf } from '../../shared/upload/received-runs.ts';
import { CHUNK_BYTES } from '../../shared/upload/chunk-grid.ts';
import { countAcknowledged, isKind, localSlide, startEngine, until } from './engine-harness.ts';
import { startKillableServer, type KillableServer } from './killable-server.ts';
import { localUpload, seededBytes, speak, type Answer, type LocalUpload } from './upload-client.ts';
import { TECHNICIAN } from './technician.ts';

const KILLS = 30;
const CLIENTS = 3;

let dataDir: string;
let server: KillableServer;
let cookie = '';
let hospitalId = '';

type Fetch = Parameters<typeof speak.create>[0];

const call: Fetch = (path, { json, ...init } = {}) => {
  const headers = new Headers(init.headers);
  headers.set('X-Farscope', '1');
  headers.set('Cookie', cookie);
  if (json !== undefined) headers.set('Content-Type', 'application/json');
  const body = json === undefined ? {} : { body: JSON.stringify(json) };
  return fetch(server.url + path, { ...init, ...body, headers });
};

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'farscope-kill-'));
  server = await startKillableServer(dataDir);
  const reply = await call('/api/session', { method: 'POST', json: TECHNICIAN });
  ({ hospitalId } = (await reply.clone().json()) as { hospitalId: string });
  cookie = (reply.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
});

afterAll(async () => {
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** A small generator of its own, so that a run can be told from its seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const list = [...items];
  for (let at = list.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [list[at], list[other]] = [list[other] as T, list[at] as T];
  }
  return list;
}

/** What a client knows to be true of its upload, whatever was killed. */
interface Ledger {
  readonly upload: LocalUpload;
  readonly acknowledged: Set<number>;
  /** Sent whole with the right digest at least once. */
  readonly sent: Set<number>;
}

interface Tally {
  acknowledged: number;
  lost: number;
  cutOff: number;
  refusedDamaged: number;
  finished: number;
}

const tally: Tally = { acknowledged: 0, lost: 0, cutOff: 0, refusedDamaged: 0, finished: 0 };

/** An answer, or undefined when server or database were down: then nothing is known. */
async function tryTo(work: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    const answer = await work();
    if (answer.status < 500) return answer;
  } catch (cause) {
    // fetch reports a cut connection as TypeError; anything else is a mistake of this test.
    if (!(cause instanceof TypeError)) throw cause;
  }
  tally.cutOff += 1;
  await sleep(60);
  return undefined;
}

async function insist(work: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await tryTo(work);
    if (answer !== undefined) return answer;
  }
}

async function sendChunk(ledger: Ledger, index: number, random: () => number): Promise<void> {
  if (random() < 0.15) {
    const damaged = ledger.upload.chunk(index).slice();
    damaged[0] = (damaged[0] ?? 0) ^ 255;
    const digestOf = ledger.upload.chunk(index);
    const answer = await tryTo(() =>
      speak.chunk(call, ledger.upload, index, { bytes: damaged, digestOf }),
    );
    if (answer?.status === 200) throw new Error('a damaged chunk was acknowledged');
    if (answer?.status === 422) tally.refusedDamaged += 1;
  }
  ledger.sent.add(index);
  const answer = await tryTo(() => speak.chunk(call, ledger.upload, index));
  if (answer?.status === 200) {
    ledger.acknowledged.add(index);
    tally.acknowledged += 1;
  }
}

/** Asks the server what it believes and compares it with the ledger. */
async function checkBelieved({ upload, acknowledged, sent }: Ledger): Promise<Set<number>> {
  const asked = await insist(async () => {
    const response = await call(`/api/uploads/${upload.id}`);
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  });
  expect(asked.status).toBe(200);
  const believed = new Set(indicesOf(asked.body['received'] as [number, number][]));
  for (const index of acknowledged) if (!believed.has(index)) tally.lost += 1;
  for (const index of believed) expect(sent).toContain(index);
  return believed;
}

async function uploadOne(seed: number): Promise<void> {
  const random = randomFrom(seed);
  const sizes = Array.from({ length: random() < 0.3 ? 2 : 1 }, () =>
    Math.ceil(random() * 4 * CHUNK_BYTES),
  );
  const contents = sizes.map((size, at) => seededBytes(seed * 7 + at, size));
  const upload = localUpload(`slide-${seed}`, contents);
  const ledger: Ledger = { upload, acknowledged: new Set(), sent: new Set() };
  expect((await insist(() => speak.create(call, upload))).status).toBe(200);
  const all = Array.from({ length: upload.count }, (_, index) => index);
  let missing = all;
  while (missing.length > 0) {
    const duplicates = all.filter(() => random() < 0.2);
    const order = shuffled([...missing, ...duplicates], random);
    for (let at = 0; at < order.length; at += 3) {
      const together = order.slice(at, at + 3);
      await Promise.all(together.map((index) => sendChunk(ledger, index, random)));
    }
    const believed = await checkBelieved(ledger);
    missing = all.filter((index) => !believed.has(index));
  }
  await finishAndCompare(ledger);
}

async function finishAndCompare({ upload }: Ledger): Promise<void> {
  const finished = await insist(() => speak.finish(call, upload));
  expect(finished).toMatchObject({ status: 200, body: { alreadyKnown: false } });
  const again = await insist(() => speak.finish(call, upload));
  expect(again.body).toEqual(finished.body);
  const folder = join(dataDir, 'blobs');
  for (const [file, { content }] of upload.files.entries()) {
    const found = await findOriginal(folder, upload.contentDigest, file);
    expect(Buffer.compare(found, content)).toBe(0);
  }
  tally.finished += 1;
}

async function findOriginal(folder: string, digest: string, file: number): Promise<Buffer> {
  const path = join(folder, hospitalId, digest, String(file));
  const bytes = await readFile(path);
  await rm(path);
  return bytes;
}

/** So that a kill on a busy machine finds work to interrupt, however slow it is. */
async function someChunksMore(count: number, isOver: () => boolean): Promise<void> {
  const enough = tally.acknowledged + count;
  while (tally.acknowledged < enough && !isOver()) await sleep(10);
}

/** The browser's engine under the same kills: it finds its way by itself, and sends nothing twice. */
async function engineClient(isOver: () => boolean): Promise<EngineTally> {
  const acknowledged = countAcknowledged();
  const engine = startEngine({
    fetch: async (url, init) => {
      const response = await call(url, init);
      acknowledged.note(url, init, response.status);
      return response;
    },
  });
  let slides = 0;
  for (; !isOver(); slides += 1) {
    const name = `engine-${slides}`;
    const content = seededBytes(5_000 + slides, 3 * CHUNK_BYTES + slides);
    engine.add([localSlide(name, [content])]);
    await until(engine, name, isKind('finished'));
    const [file] = localUpload(name, [content]).files;
    const { contentDigest } = localUpload(name, [content]);
    const found = await findOriginal(join(dataDir, 'blobs'), contentDigest, 0);
    expect(Buffer.compare(found, file?.content ?? new Uint8Array())).toBe(0);
  }
  engine.dispose();
  return { slides, twice: acknowledged.twice().length };
}

interface EngineTally {
  readonly slides: number;
  readonly twice: number;
}

describe('kill -9 of the server or of its database, thirty times, at any moment', () => {
  test('loses nothing acknowledged, believes nothing else, and originals are byte-identical', async () => {
    const random = randomFrom(Date.now());
    const stop = new AbortController();
    const isOver = (): boolean => stop.signal.aborted;
    const client = async (number: number): Promise<void> => {
      for (let round = 0; !isOver(); round += 1) await uploadOne(1 + number + CLIENTS * round);
    };
    const engine = engineClient(isOver);
    const all = Promise.all([
      engine,
      ...Array.from({ length: CLIENTS }, (_, number) => client(number)),
    ]);
    // A client that found a fault ends the test at once.
    all.catch(() => stop.abort());
    for (let kill = 0; kill < KILLS && !isOver(); kill += 1) {
      await someChunksMore(Math.ceil(random() * 4), isOver);
      await sleep(random() * 100);
      if (random() < 0.5) await server.killServer();
      else await server.killDatabase();
    }
    stop.abort();
    await all;
    const { slides, twice } = await engine;
    console.log(`under ${KILLS} kills`, JSON.stringify({ ...tally, engineSlides: slides, twice }));
    expect(tally.lost).toBe(0);
    expect(twice).toBe(0);
    expect(tally.finished).toBeGreaterThan(CLIENTS);
    expect(tally.acknowledged).toBeGreaterThan(2 * KILLS);
    expect(tally.refusedDamaged).toBeGreaterThan(5);
  }, 180_000);
});
