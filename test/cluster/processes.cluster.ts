import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { addressOf, writeAddressedSlide } from '../../fixtures/addressed-slide.ts';
import { decodeJpeg } from '../../server/imaging/jpeg.ts';
import { openS3Store } from '../../server/storage/s3/s3-blob-store.ts';
import { ENDPOINTS } from '../../shared/api/endpoints.ts';
import type { SlideDetail } from '../../shared/slide/slide.ts';
import { hasIndex } from '../../shared/upload/received-runs.ts';
import {
  localUpload,
  seededBytes,
  sha256Hex,
  speak,
  type LocalUpload,
} from '../uploads/upload-client.ts';
import { signIn, startCluster, type Cluster, type ClusterProcess, type Person } from './cluster.ts';
import { makeDoor, type Door } from './door.ts';
import { startProcess } from './own-process.ts';
import { startRedis, type RedisServer } from './redis.ts';

const engines = inject('clusterEngines');
// The SDK looks for keys in the environment, as it does in a server.
Object.assign(process.env, engines);
const LONG = { timeout: 60_000, interval: 100 };

let redis: RedisServer;
let store: Door;
let cluster: Cluster;
let technician: Person;
let reader: Person;

beforeAll(async () => {
  redis = await startRedis();
  store = await makeDoor(Number(new URL(engines.S3_ENDPOINT).port));
  const S3_ENDPOINT = `http://127.0.0.1:${store.port}`;
  cluster = await startCluster({ ...engines, REDIS_URL: redis.url, S3_ENDPOINT });
  technician = await signIn(cluster, 'technician');
  reader = await signIn(cluster, 'pathologist', cluster.second);
});
afterAll(async () => {
  await cluster.dispose();
  await redis.dispose();
  await store.shut();
});

/** Ten tiles by ten, each of which carries its own address, and some bytes behind the last that nobody reads. */
async function makeSlide(seed: number, moreBytes = 0): Promise<LocalUpload> {
  const path = join(cluster.folder, `slide-${seed}.svs`);
  writeAddressedSlide(path, { layout: 'svs', width: 2_560 + seed, height: 2_560, levels: [1, 4] });
  const content = Buffer.concat([await readFile(path), seededBytes(seed, moreBytes)]);
  return localUpload(`slide-${seed}.svs`, [content]);
}

async function begin(upload: LocalUpload): Promise<string> {
  const { status, body } = await speak.create(technician.fetch, upload);
  expect(status).toBe(200);
  return (body as { upload: { slideId: string } }).upload.slideId;
}

async function sendAll(upload: LocalUpload): Promise<void> {
  for (let index = 0; index < upload.count; index += 1) {
    expect((await speak.chunk(technician.fetch, upload, index)).status).toBe(200);
  }
}

async function detailOf(slideId: string, person = reader): Promise<SlideDetail> {
  return (await (await person.fetch(`/api/slides/${slideId}`)).json()) as SlideDetail;
}

async function untilReady(slideId: string): Promise<SlideDetail> {
  await expect.poll(async () => (await detailOf(slideId)).status.kind, LONG).toBe('ready');
  return await detailOf(slideId);
}

async function upload(local: LocalUpload): Promise<SlideDetail> {
  await begin(local);
  await sendAll(local);
  const { status, body } = await speak.finish(technician.fetch, local);
  expect(status).toBe(200);
  return await untilReady(String(body['slideId']));
}

const tilePath = (slide: SlideDetail, column: number, row: number): string =>
  `/api/slides/${slide.id}/tiles/${slide.revision}/0/${column}/${row}`;

async function expectTile(reply: Response, column: number, row: number): Promise<void> {
  expect(reply.status).toBe(200);
  const raster = decodeJpeg(new Uint8Array(await reply.arrayBuffer()));
  expect(addressOf(raster)).toEqual({ level: 0, column, row });
}

test('processes that start at once on an empty database make one alliance, and both are ready', async () => {
  for (const { url } of [cluster.first, cluster.second]) {
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  }
  const expert = await signIn(cluster, 'expert', cluster.second);
  expect((await expert.fetchFrom(cluster.first, '/api/session')).status).toBe(200);
});

test('a slide whose chunks went to both processes is read from both, tile by tile', async () => {
  const slide = await upload(await makeSlide(1));
  for (const from of [cluster.first, cluster.second]) {
    for (const [column, row] of [
      [0, 0],
      [5, 7],
      [9, 3],
    ] as const) {
      await expectTile(await reader.fetchFrom(from, tilePath(slide, column, row)), column, row);
    }
  }
});

test('a slide is looked at in one process while another takes it in, and after that one has died', async () => {
  const { first, second } = cluster;
  const local = await makeSlide(2);
  const slideId = await begin(local);
  // All but the last: whole at the coarse level, and not yet finished.
  for (let index = 0; index < local.count - 1; index += 1) {
    const from = { fetch: (path: string, init = {}) => technician.fetchFrom(first, path, init) };
    expect((await speak.chunk(from.fetch, local, local.count - 1 - index)).status).toBe(200);
  }
  const from = (path: string, init = {}) => technician.fetchFrom(first, path, init);
  expect((await speak.chunk(from, local, 0)).status).toBe(200);
  await expect.poll(async () => (await detailOf(slideId)).properties !== null, LONG).toBe(true);
  await first.kill();
  const arriving = await detailOf(slideId);
  await expectTile(await reader.fetchFrom(second, tilePath(arriving, 4, 4)), 4, 4);
  // Every chunk was acknowledged by the process that is gone.
  const there = await speak.get((path, init) => technician.fetchFrom(second, path, init), local.id);
  expect(there.received).toEqual([[0, local.count]]);
  const finish = await speak.finish(technician.fetch, local);
  expect(finish.status).toBe(200);
  const slide = await untilReady(slideId);
  await expectTile(await reader.fetchFrom(second, tilePath(slide, 9, 9)), 9, 9);
  await first.startAgain();
  await expectTile(await reader.fetchFrom(first, tilePath(slide, 9, 9)), 9, 9);
});

test('a sign-in that ends in one process is over in the other at once, although that one knew it', async () => {
  const { first, second } = cluster;
  const leaving = await signIn(cluster, 'trainee');
  const knows = () => leaving.fetchFrom(second, '/api/slides');
  expect((await knows()).status).toBe(200);
  expect((await leaving.fetchFrom(first, '/api/session', { method: 'DELETE' })).ok).toBe(true);
  const ended = performance.now();
  await expect.poll(async () => (await knows()).status, { timeout: 9_000, interval: 50 }).toBe(401);
  const believedMs = performance.now() - ended;
  console.log(`a sign-in that was over was believed elsewhere for ${Math.round(believedMs)} ms`);
  // By itself it would be believed for ten seconds.
  expect(believedMs).toBeLessThan(5_000);
});

test('a share that ends in one process is over in the other at once', async () => {
  const { first, second } = cluster;
  const slide = await upload(await makeSlide(8));
  const admin = await signIn(cluster, 'county-admin');
  const neighbour = await signIn(cluster, 'neighbour');
  const session = ENDPOINTS['session.current'].reply.schema.parse(
    await (await neighbour.fetch('/api/session')).json(),
  );
  const lent = await admin.fetchFrom(first, `/api/slides/${slide.id}/shares`, {
    method: 'POST',
    json: { hospitalId: session.hospitalId, includeLabel: false, expiresAt: null },
  });
  expect(lent.status).toBe(200);
  const { id } = (await lent.json()) as { id: string };
  const look = async () => (await neighbour.fetchFrom(second, tilePath(slide, 1, 1))).status;
  await expect.poll(look, LONG).toBe(200);
  const path = `/api/slides/${slide.id}/shares/${id}`;
  expect((await admin.fetchFrom(first, path, { method: 'DELETE' })).ok).toBe(true);
  await expect.poll(look, { timeout: 2_000, interval: 20 }).toBe(404);
});

test('a finish whose process has died is taken up by another', async () => {
  const local = await makeSlide(9);
  const slideId = await begin(local);
  await sendAll(local);
  await inDatabase((client) =>
    client.query(
      "update uploads set state = 'finishing', updated_at = now() - interval '1 minute' where id = $1",
      [local.id],
    ),
  );
  const slide = await untilReady(slideId);
  await expectTile(await reader.fetch(tilePath(slide, 8, 2)), 8, 2);
});

test('without Redis the servers stay up: slides are taken in and read', async () => {
  await redis.kill();
  const slide = await upload(await makeSlide(10));
  for (const from of [cluster.first, cluster.second]) {
    expect((await fetch(`${from.url}/readyz`)).status).toBe(200);
    await expectTile(await reader.fetchFrom(from, tilePath(slide, 2, 8)), 2, 8);
  }
  await redis.startAgain();
});

test('while the bucket is away nothing is acknowledged and recent tiles are shown; when it is back, all goes on', async () => {
  const { first } = cluster;
  const local = await makeSlide(11);
  const known = await upload(await makeSlide(12));
  const near = tilePath(known, 0, 0);
  await expectTile(await reader.fetchFrom(first, near), 0, 0);
  await begin(local);
  const from = (path: string, init = {}) => technician.fetchFrom(first, path, init);
  expect((await speak.chunk(from, local, 0)).status).toBe(200);
  await store.shut();
  const refused = await speak.chunk(from, local, 1);
  expect(refused).toMatchObject({ status: 503, body: { code: 'storage.store-away' } });
  await expectTile(await reader.fetchFrom(first, near), 0, 0);
  expect(await (await fetch(`${first.url}/readyz`)).json()).toMatchObject({
    checks: { storage: false, database: true },
  });
  await store.open();
  expect((await speak.get(from, local.id)).received).toEqual([[0, 1]]);
  await sendAll(local);
  const { body } = await speak.finish(technician.fetch, local);
  const slide = await untilReady(String(body['slideId']));
  await expectTile(await reader.fetch(tilePath(slide, 9, 9)), 9, 9);
  expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
});

test('guesses at a password are counted for all processes together', async () => {
  const statuses: number[] = [];
  for (let guess = 0; guess < 7; guess += 1) {
    const { url } = guess % 2 === 0 ? cluster.first : cluster.second;
    const reply = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: { 'X-Farscope': '1', 'Content-Type': 'application/json' },
      body: JSON.stringify({ username: 'teacher', password: `guess number ${guess}` }),
    });
    statuses.push(reply.status);
  }
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
});

test('a process that brings another key than the others refuses to start, and says why', async () => {
  const logFile = join(cluster.folder, 'stranger.log');
  const stranger = startProcess(process.execPath, ['server/main.ts'], {
    env: {
      ...process.env,
      ...cluster.environment,
      SECRETS_DIR: join(cluster.folder, 'other-secrets'),
      DATA_DIR: join(cluster.folder, 'stranger'),
      PORT: '0',
    },
    logFile,
  });
  await expect.poll(stranger.hasEnded, LONG).toBe(true);
  expect(await readFile(logFile, 'utf8')).toContain(
    'is not the one that this database was used with',
  );
});

test('a picture is turned into a pyramid although its worker is killed meanwhile', async () => {
  const side = 3_000;
  const raw = { width: side, height: side, channels: 3 } as const;
  const png = await sharp(seededBytes(5, side * side * 3), { raw })
    .png({ compressionLevel: 0 })
    .toBuffer();
  const local = localUpload('picture.png', [png]);
  const slideId = await begin(local);
  await sendAll(local);
  expect((await speak.finish(technician.fetch, local)).status).toBe(200);
  await expect
    .poll(async () => (await detailOf(slideId)).status.kind, LONG)
    .toMatch(/building|ready/);
  await cluster.worker.kill();
  await sleep(500);
  await cluster.worker.startAgain();
  const slide = await untilReady(slideId);
  const tile = await reader.fetch(tilePath(slide, 3, 3));
  expect(tile.status).toBe(200);
});

async function inDatabase<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: engines.DATABASE_URL });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** SHA-256 of the original as it lies in the bucket. */
async function storedDigest({ id }: SlideDetail): Promise<string> {
  const { rows } = await inDatabase((client) =>
    client.query<{ key: string }>('select original_key as key from slides where id = $1', [id]),
  );
  const settings = { endpoint: engines.S3_ENDPOINT, bucket: engines.S3_BUCKET, prefix: '' };
  const store = await openS3Store(
    { ...settings, region: 'us-east-1', pathStyle: true, cacheBytes: 0 },
    () => undefined,
  );
  const original = await store.blobs.openReader(`${rows[0]?.key ?? ''}/0`);
  const digest = sha256Hex(await original.read(0, original.size));
  await store.close();
  return digest;
}

/** Asks for tiles without a pause, as a reader who pans; remembers the longest time without one. */
function keepReading(person: Person, slide: SlideDetail) {
  const stopping = new AbortController();
  let longestMs = 0;
  let tiles = 0;
  const reading = (async () => {
    let lastMs = performance.now();
    for (let at = 0; !stopping.signal.aborted; at += 1) {
      const [column, row] = [at % 10, Math.floor(at / 10) % 10];
      await expectTile(await person.fetch(tilePath(slide, column, row)), column, row);
      longestMs = Math.max(longestMs, performance.now() - lastMs);
      lastMs = performance.now();
      tiles += 1;
      await sleep(20);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await reading;
      return { longestMs, tiles };
    },
  };
}

/** Sends a slide through whatever happens, and checks that what was acknowledged is still there at the end. */
async function sendStubbornly(local: LocalUpload): Promise<SlideDetail> {
  const slideId = await begin(local);
  const acknowledged = new Set<number>();
  for (let index = 0; index < local.count; index += 1) {
    if ((await speak.chunk(technician.fetch, local, index)).status === 200) acknowledged.add(index);
    // A line, not a loopback: the machine is to have time for the readers.
    await sleep(100);
  }
  const { received } = await speak.get(technician.fetch, local.id);
  for (const index of acknowledged) expect(hasIndex(received, index)).toBe(true);
  expect(acknowledged.size).toBe(local.count);
  for (;;) {
    const { status } = await speak.finish(technician.fetch, local);
    if (status === 200) break;
    expect(status).toBeGreaterThanOrEqual(500);
    await sleep(200);
  }
  return await untilReady(slideId);
}

test('processes are killed at random while slides are sent and read: nothing is lost, readers go on', async () => {
  const watched = await upload(await makeSlide(3));
  const seed = Date.now() % 1_000_000;
  console.log(`the order of kills comes from the seed ${seed}`);
  const random = seededBytes(seed, 64);
  const locals = await Promise.all([4, 5, 6].map((number) => makeSlide(number, 8 << 20)));
  const reading = keepReading(reader, watched);
  let isSending = true;
  const sending = Promise.all(locals.map(sendStubbornly)).finally(() => {
    isSending = false;
  });
  const victims: readonly ClusterProcess[] = [cluster.first, cluster.second, cluster.worker];
  let kills = 0;
  while (isSending || kills < 6) {
    const [choice = 0, pause = 0] = random.subarray((2 * kills) % 62);
    await sleep(100 + pause * 5);
    const victim = victims[choice % victims.length];
    await victim?.kill();
    kills += 1;
    await victim?.startAgain();
  }
  const slides = await sending;
  const { longestMs, tiles } = await reading.stop();
  console.log(
    `${kills} kills; ${tiles} tiles read, at most ${Math.round(longestMs)} ms without one`,
  );
  expect(longestMs).toBeLessThan(5_000);
  for (const [at, slide] of slides.entries()) {
    for (const [column, row] of [
      [0, 0],
      [6, 9],
    ] as const) {
      await expectTile(await reader.fetch(tilePath(slide, column, row)), column, row);
    }
    const content = locals[at]?.files[0]?.content ?? new Uint8Array();
    expect(await storedDigest(slide)).toBe(sha256Hex(content));
  }
});
