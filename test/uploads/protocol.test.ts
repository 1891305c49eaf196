import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sweepUploads, expireUploads } from '../../server/uploads/sweep-uploads.ts';
import { inScope, SYSTEM } from '../../server/storage/database.ts';
import type { SlideId, UploadId } from '../../shared/ids.ts';
import { CHUNK_BYTES } from '../../shared/upload/chunk-grid.ts';
import { startTestServer, type TestCaller, type TestServer } from '../server.ts';
import { localUpload, seededBytes, speak, type LocalUpload } from './upload-client.ts';
import { makeUploadNouns, type UploadNouns } from './upload-nouns.ts';

let server: TestServer;
let nouns: UploadNouns;
let technician: TestCaller;
let freeBytes = Number.MAX_SAFE_INTEGER;
let seed = 0;

beforeAll(async () => {
  server = await startTestServer({
    nouns: async (foundation) => {
      nouns = await makeUploadNouns(foundation, {
        freeBytes: () => Promise.resolve(freeBytes),
        limits: { maxUploadBytes: 2 ** 33, maxOpenUploads: 30 },
      });
      return nouns;
    },
  });
  technician = await server.as('technician');
});

afterAll(() => server.dispose());

const newBytes = (length: number): Uint8Array => seededBytes((seed += 1), length);
const threeChunks = (): LocalUpload =>
  localUpload(`slide-${seed}.svs`, [newBytes(2 * CHUNK_BYTES + 77)]);

async function begin(upload: LocalUpload = threeChunks()): Promise<LocalUpload> {
  const { status } = await speak.create(technician.fetch, upload);
  expect(status).toBe(200);
  return upload;
}

async function sendAll(upload: LocalUpload): Promise<void> {
  for (let index = upload.count - 1; index >= 0; index -= 1) {
    const { status } = await speak.chunk(technician.fetch, upload, index);
    expect(status).toBe(200);
  }
}

async function slideOf(id: unknown) {
  return await inScope(server.database, SYSTEM, (transaction) =>
    transaction
      .selectFrom('slides')
      .selectAll()
      .where('id', '=', id as SlideId)
      .executeTakeFirstOrThrow(),
  );
}

async function originalOf(id: unknown, file = 0): Promise<Uint8Array> {
  const { original_key: key } = await slideOf(id);
  return await readFile(join(server.dataDir, 'blobs', `${key}`, String(file)));
}

describe('chunks', () => {
  test('come in any order, and what was acknowledged is listed as merged runs', async () => {
    const upload = await begin(localUpload('any.svs', [newBytes(5 * CHUNK_BYTES)]));
    for (const index of [3, 0, 4]) await speak.chunk(technician.fetch, upload, index);
    const said = await speak.get(technician.fetch, upload.id);
    expect(said.received).toEqual([
      [0, 1],
      [3, 5],
    ]);
  });

  test('say with the last one that the grid is complete', async () => {
    const upload = await begin();
    const answers = [1, 0, 2].map((index) => speak.chunk(technician.fetch, upload, index));
    const complete = (await Promise.all(answers)).map(({ body }) => body['complete']);
    expect(complete).toContain(true);
    const again = await speak.chunk(technician.fetch, upload, 1);
    expect(again.body).toEqual({ received: true, complete: true });
  });

  test('that were damaged on the way are refused and not believed', async () => {
    const upload = await begin();
    const damaged = upload.chunk(0).slice();
    damaged[1000] = (damaged[1000] ?? 0) ^ 1;
    const answer = await speak.chunk(technician.fetch, upload, 0, {
      bytes: damaged,
      digestOf: upload.chunk(0),
    });
    expect(answer).toMatchObject({ status: 422, body: { code: 'upload.digest-mismatch' } });
    expect((await speak.get(technician.fetch, upload.id)).received).toEqual([]);
  });

  test('with other content than the durable one are refused, the first stays', async () => {
    const upload = await begin();
    await speak.chunk(technician.fetch, upload, 0);
    const other = await speak.chunk(technician.fetch, upload, 0, { bytes: newBytes(CHUNK_BYTES) });
    expect(other).toMatchObject({ status: 409, body: { code: 'upload.chunk-conflict' } });
    await sendAll(upload);
    const { body } = await speak.finish(technician.fetch, upload);
    expect(
      Buffer.compare(
        await originalOf(body['slideId']),
        upload.files[0]?.content ?? new Uint8Array(),
      ),
    ).toBe(0);
  });

  test('beyond the grid, too short, too long or without digest are refused', async () => {
    const upload = await begin();
    const short = await speak.chunk(technician.fetch, upload, 0, { bytes: newBytes(10) });
    const long = await speak.chunk(technician.fetch, upload, 2, { bytes: newBytes(78) });
    expect(short).toMatchObject({ status: 400, body: { code: 'upload.wrong-chunk' } });
    expect(long).toMatchObject({ status: 400, body: { code: 'upload.wrong-chunk' } });
    const path = `/api/uploads/${upload.id}/chunks`;
    const bytes = upload.chunk(0) as Uint8Array<ArrayBuffer>;
    const beyond = await technician.fetch(`${path}/3`, { method: 'PUT', body: bytes });
    expect(await beyond.json()).toMatchObject({ code: 'upload.wrong-chunk' });
    const bare = await technician.fetch(`${path}/0`, { method: 'PUT', body: bytes });
    expect(await bare.json()).toMatchObject({ code: 'request.invalid' });
    expect((await speak.get(technician.fetch, upload.id)).received).toEqual([]);
  });

  test('of another account are refused as if the upload did not exist', async () => {
    const upload = await begin();
    const colleague = await server.as('pathologist');
    const stranger = await server.as('technician', 'other');
    for (const caller of [colleague, stranger]) {
      expect((await speak.chunk(caller.fetch, upload, 0)).status).toBe(404);
      expect((await speak.finish(caller.fetch, upload)).status).toBe(404);
      expect((await speak.cancel(caller.fetch, upload.id)).status).toBe(404);
      const list = await caller.fetch('/api/uploads');
      expect(JSON.stringify(await list.json())).not.toContain(upload.id);
    }
    const trainee = await server.as('trainee');
    expect((await speak.create(trainee.fetch, threeChunks())).status).toBe(403);
  });
});

describe('finishing', () => {
  test('makes one slide whose original is byte-identical, and leaves no staging', async () => {
    const upload = await begin(localUpload('series', [newBytes(CHUNK_BYTES + 5), newBytes(99)]));
    await sendAll(upload);
    const { status, body } = await speak.finish(technician.fetch, upload);
    expect({ status, known: body['alreadyKnown'] }).toEqual({ status: 200, known: false });
    for (const [file, { content }] of upload.files.entries()) {
      expect(Buffer.compare(await originalOf(body['slideId'], file), content)).toBe(0);
    }
    expect(await nouns.staging.list()).not.toContain(upload.id);
    const slide = await slideOf(body['slideId']);
    expect(slide).toMatchObject({
      content_digest: upload.contentDigest,
      status: { kind: 'failed', code: 'format.unknown' },
    });
    expect(slide.original_bytes).toBe(CHUNK_BYTES + 5 + 99);
  });

  test('again, or at the same time twice, gives the same slide', async () => {
    const upload = await begin();
    await sendAll(upload);
    const finish = () => speak.finish(technician.fetch, upload);
    const answers = [...(await Promise.all([finish(), finish()])), await finish()];
    const ids = new Set(answers.map(({ body }) => body['slideId']));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(ids.size).toBe(1);
    const said = await speak.get(technician.fetch, upload.id);
    expect(said).toMatchObject({ state: 'finished', received: [[0, 3]] });
  });

  test('before all is in, or with other content, is refused', async () => {
    const upload = await begin();
    await speak.chunk(technician.fetch, upload, 1);
    const early = await speak.finish(technician.fetch, upload);
    expect(early).toMatchObject({
      status: 409,
      body: { code: 'upload.incomplete', fields: { missing: 2 } },
    });
    await sendAll(upload);
    const other = await speak.finish(technician.fetch, upload, 'a'.repeat(64));
    expect(other).toMatchObject({ status: 422, body: { code: 'upload.content-mismatch' } });
    expect((await speak.finish(technician.fetch, upload)).status).toBe(200);
  });

  test('recognises the same content under another name', async () => {
    const first = await begin();
    await sendAll(first);
    const { body } = await speak.finish(technician.fetch, first);
    const copy = await begin(
      localUpload('copy.svs', [first.files[0]?.content ?? new Uint8Array()]),
    );
    await sendAll(copy);
    const again = await speak.finish(technician.fetch, copy);
    expect(again.body).toEqual({ slideId: body['slideId'], alreadyKnown: true });
    expect((await speak.finish(technician.fetch, copy)).body).toEqual(again.body);
    expect(await nouns.staging.list()).not.toContain(copy.id);
  });

  test('two uploads of one content that finish together become one slide', async () => {
    const content = newBytes(CHUNK_BYTES + 9);
    const pair = [localUpload('one.svs', [content]), localUpload('two.svs', [content])];
    for (const upload of pair) {
      await begin(upload);
      await sendAll(upload);
    }
    const answers = await Promise.all(pair.map((upload) => speak.finish(technician.fetch, upload)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers[0]?.body['slideId']).toBe(answers[1]?.body['slideId']);
  });
});

describe('beginning', () => {
  test('the same file again is known before anything is sent', async () => {
    const upload = await begin();
    await sendAll(upload);
    const { body } = await speak.finish(technician.fetch, upload);
    const again = localUpload(upload.name, [upload.files[0]?.content ?? new Uint8Array()]);
    const answer = await speak.create(technician.fetch, again);
    expect(answer.body).toMatchObject({ kind: 'known', slideId: body['slideId'] });
    const elsewhere = await server.as('technician', 'other');
    expect((await speak.create(elsewhere.fetch, again)).body['kind']).toBe('created');
  });

  test('the same file while it is unfinished goes on with the same upload', async () => {
    const upload = await begin();
    await speak.chunk(technician.fetch, upload, 1);
    const again = localUpload(upload.name, [upload.files[0]?.content ?? new Uint8Array()]);
    const answer = await speak.create(technician.fetch, again);
    expect(answer.body).toMatchObject({
      kind: 'resumed',
      upload: { id: upload.id, received: [[1, 2]] },
    });
    const repeated = await speak.create(technician.fetch, upload);
    expect(repeated.body).toMatchObject({ upload: { id: upload.id } });
  });

  test('with a path that leaves its folder, too many bytes or a taken id is refused', async () => {
    const upload = threeChunks();
    const withFiles = (files: unknown) =>
      technician.fetch('/api/uploads', { method: 'POST', json: { ...upload.body, files } });
    for (const path of ['../a.svs', '/etc/passwd', 'a//b', 'a\\b', 'a\0b']) {
      const answer = await withFiles([{ path, bytes: 5, lastModified: 0 }]);
      expect(answer.status).toBe(400);
    }
    const large = await withFiles([{ path: 'a', bytes: 2 ** 34, lastModified: 0 }]);
    expect(await large.json()).toMatchObject({ code: 'upload.too-large', fields: { limitGiB: 8 } });
    await begin(upload);
    const stranger = await server.as('technician', 'other');
    const taken = localUpload('x.svs', [newBytes(5)], upload.id);
    expect((await speak.create(stranger.fetch, taken)).status).toBe(400);
  });
});

describe('an upload that is over', () => {
  test('takes no chunk after it was cancelled, and nothing of it is left', async () => {
    const upload = await begin();
    await speak.chunk(technician.fetch, upload, 0);
    expect((await speak.cancel(technician.fetch, upload.id)).status).toBe(204);
    expect((await speak.cancel(technician.fetch, upload.id)).status).toBe(204);
    const late = await speak.chunk(technician.fetch, upload, 1);
    expect(late).toMatchObject({ status: 409, body: { code: 'upload.ended' } });
    expect((await speak.finish(technician.fetch, upload)).status).toBe(409);
    expect(await readdir(join(server.dataDir, 'staging'))).not.toContain(upload.id);
    expect((await speak.get(technician.fetch, upload.id)).state).toBe('cancelled');
  });

  test('after a week of rest is removed with its staging', async () => {
    const upload = await begin();
    await speak.chunk(technician.fetch, upload, 0);
    const inEightDays = { ...nouns.uploads, now: () => Date.now() + 8 * 24 * 3_600_000 };
    await expireUploads(nouns.uploads);
    expect((await speak.get(technician.fetch, upload.id)).state).toBe('arriving');
    await expireUploads(inEightDays);
    expect((await speak.get(technician.fetch, upload.id)).state).toBe('cancelled');
    expect(await nouns.staging.list()).not.toContain(upload.id);
  });
});

describe('a start after a kill', () => {
  test('removes staging that no upload needs and asks again for chunks whose staging is gone', async () => {
    const upload = await begin();
    await speak.chunk(technician.fetch, upload, 0);
    const leftOver = { files: [{ path: 'x', bytes: 5 }], chunkBytes: 5, chunkCount: 1 };
    const chunk = { index: 0, bytes: new Uint8Array(5) };
    await nouns.staging.write({ id: 'left-over' as UploadId, ...leftOver }, [chunk]);
    await rm(join(server.dataDir, 'staging', upload.id), { recursive: true });
    await sweepUploads(nouns.uploads);
    expect(await nouns.staging.list()).not.toContain('left-over');
    expect((await speak.get(technician.fetch, upload.id)).received).toEqual([]);
    await sendAll(upload);
    expect((await speak.finish(technician.fetch, upload)).status).toBe(200);
  });

  test('goes on with a finish that was cut off', async () => {
    const upload = await begin();
    await sendAll(upload);
    await inScope(server.database, SYSTEM, (transaction) =>
      transaction
        .updateTable('uploads')
        .set({ state: 'finishing' })
        .where('id', '=', upload.id as UploadId)
        .execute(),
    );
    await sweepUploads(nouns.uploads);
    expect(await speak.get(technician.fetch, upload.id)).toMatchObject({ state: 'finished' });
  });
});

describe('a full disk', () => {
  test('makes the upload wait with a sentence, and it goes on when there is room', async () => {
    const upload = await begin();
    await speak.chunk(technician.fetch, upload, 0);
    freeBytes = 1 << 20;
    const refused = await speak.chunk(technician.fetch, upload, 1);
    expect(refused).toMatchObject({
      status: 507,
      body: { code: 'upload.disk-full', fields: { retryAfterSeconds: 5 } },
    });
    expect(await speak.get(technician.fetch, upload.id)).toMatchObject({
      state: 'waiting-for-room',
      received: [[0, 1]],
    });
    freeBytes = Number.MAX_SAFE_INTEGER;
    await sendAll(upload);
    expect((await speak.get(technician.fetch, upload.id)).state).toBe('arriving');
    expect((await speak.finish(technician.fetch, upload)).status).toBe(200);
  });
});
