import { open, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ingestLocalFiles } from '../../server/ingest/ingest-local-files.ts';
import { openServedFiles } from '../../server/ingest/original-files.ts';
import { reopenSlide } from '../../server/ingest/reopen-slide.ts';
import { verifyOriginal } from '../../server/ingest/verify-original.ts';
import { inScope, SYSTEM } from '../../server/storage/database.ts';
import type { Row } from '../../server/storage/schema.ts';
import { superviseWorkers, type Workers } from '../../server/supervise-workers.ts';
import type { AccountId, SlideId } from '../../shared/ids.ts';
import { openSlide } from '../../shared/slide-format/open-slide.ts';
import { startTestServer, type TestServer } from '../server.ts';
import { seededBytes } from './upload-client.ts';
import { makeUploadNouns, type UploadNouns } from './upload-nouns.ts';

const WORKER = fileURLToPath(new URL('../../server/worker.ts', import.meta.url));

let server: TestServer;
let nouns: UploadNouns;
let workers: Workers;
let folder: string;
let accountId: AccountId;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'farscope-worker-'));
  server = await startTestServer({
    nouns: async (foundation) => {
      nouns = await makeUploadNouns(foundation);
      return nouns;
    },
  });
  accountId = (await server.as('technician')).account.id;
  workers = superviseWorkers({
    script: WORKER,
    count: 1,
    environment: {
      DATABASE_URL: server.databases.connection.url,
      DATA_DIR: server.dataDir,
      LOG_LEVEL: 'silent',
    },
    log: () => undefined,
  });
});

afterAll(async () => {
  await workers.stop(2_000);
  await server.dispose();
  await rm(folder, { recursive: true, force: true });
});

/** An untiled RGB TIFF: header, one directory, then the rows in strips of 64 (TIFF 6.0, sections 2 and 6). */
async function writeFlatTiff(path: string, widthPx: number, heightPx: number): Promise<void> {
  const strips = Math.ceil(heightPx / 64);
  const stripBytes = widthPx * 3 * 64;
  const entries: readonly (readonly [number, number, number, number])[] = [
    [256, 4, 1, widthPx],
    [257, 4, 1, heightPx],
    [258, 3, 3, 200],
    [259, 3, 1, 1],
    [262, 3, 1, 2],
    [273, 4, strips, 210],
    [277, 3, 1, 3],
    [278, 4, 1, 64],
    [279, 4, strips, 210 + 4 * strips],
  ];
  const pixelsAt = 210 + 8 * strips;
  const head = new DataView(new ArrayBuffer(pixelsAt));
  head.setUint32(0, 0x49492a00);
  head.setUint32(4, 8, true);
  head.setUint16(8, entries.length, true);
  for (const [at, [tag, type, count, value]] of entries.entries()) {
    const offset = 10 + 12 * at;
    head.setUint16(offset, tag, true);
    head.setUint16(offset + 2, type, true);
    head.setUint32(offset + 4, count, true);
    head.setUint32(offset + 8, value, true);
  }
  for (let channel = 0; channel < 3; channel += 1) head.setUint16(200 + 2 * channel, 8, true);
  for (let strip = 0; strip < strips; strip += 1) {
    head.setUint32(210 + 4 * strip, pixelsAt + strip * stripBytes, true);
    const rows = Math.min(64, heightPx - strip * 64);
    head.setUint32(210 + 4 * (strips + strip), rows * widthPx * 3, true);
  }
  const file = await open(path, 'w');
  try {
    await file.writeFile(new Uint8Array(head.buffer));
    const pixels = seededBytes(3, stripBytes);
    for (let strip = 0; strip < strips; strip += 1) {
      const rows = Math.min(64, heightPx - strip * 64);
      await file.writeFile(pixels.subarray(0, rows * widthPx * 3));
    }
  } finally {
    await file.close();
  }
}

async function ingest(name: string): Promise<SlideId> {
  const { slideId } = await ingestLocalFiles(
    {
      takeIn: nouns.uploads.takeIn,
      scratchFolder: join(folder, 'scratch'),
      newId: nouns.ingest.newId,
    },
    {
      name,
      files: [{ path: name, at: join(folder, name) }],
      hospitalId: server.hospitals.own,
      accountId,
      stain: 'H&E',
    },
  );
  return slideId;
}

async function slideRow(id: SlideId): Promise<Row<'slides'>> {
  return await inScope(server.database, SYSTEM, (transaction) =>
    transaction.selectFrom('slides').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
  );
}

async function waitUntil(id: SlideId, reached: (row: Row<'slides'>) => boolean) {
  for (;;) {
    const row = await slideRow(id);
    if (reached(row)) return row;
    await sleep(50);
  }
}

describe('a flat picture', () => {
  test('is pyramided by a worker; one that is killed half-way is replaced, and the result is whole', async () => {
    await writeFlatTiff(join(folder, 'flat.tif'), 5000, 4000);
    const id = await ingest('flat.tif');
    expect((await slideRow(id)).status).toEqual({ kind: 'building', progress: 0 });
    await waitUntil(id, ({ status }) => status.kind === 'building' && status.progress > 0);
    for (const pid of workers.pids()) process.kill(pid, 'SIGKILL');
    const row = await waitUntil(id, ({ status }) => status.kind !== 'building');
    expect(row).toMatchObject({ status: { kind: 'ready' }, revision: 1, stain: 'H&E' });
    expect(row.properties?.pyramid).toMatchObject({ widthPx: 5000, heightPx: 4000 });
    const served = await openServedFiles(nouns.blobs, `${row.original_key}`);
    const opened = await openSlide(served.files);
    await served.close();
    if (opened.kind !== 'pyramid') throw new Error('not a pyramid');
    expect(opened.image.levels[0]).toMatchObject({ widthPx: 5000, passThrough: true });
    expect(opened.image.levels.length).toBeGreaterThan(3);
  }, 120_000);

  test('taken in again is the same slide', async () => {
    expect(await ingest('flat.tif')).toBe(await ingest('flat.tif'));
  });
});

describe('an original in the store', () => {
  test('that rots on disk fails by name, and the same file heals it', async () => {
    await writeFile(join(folder, 'rot.svs'), seededBytes(9, 3_000_000));
    const id = await ingest('rot.svs');
    const { original_key: key } = await slideRow(id);
    const path = join(server.dataDir, 'blobs', `${key}`, '0');
    const file = await open(path, 'r+');
    await file.write(new Uint8Array([1, 2, 3]), 0, 3, 2_000_000);
    await file.close();
    await verifyOriginal(nouns.ingest, id, new AbortController().signal);
    const rotten = await slideRow(id);
    expect(rotten).toMatchObject({
      status: { kind: 'failed', code: 'upload.damaged-on-disk' },
      content_digest: null,
    });
    const again = await ingest('rot.svs');
    expect(again).not.toBe(id);
    await verifyOriginal(nouns.ingest, again, new AbortController().signal);
    expect((await slideRow(again)).content_digest).not.toBeNull();
  });

  test('that failed to open can be opened again, and is kept', async () => {
    await writeFile(join(folder, 'text.svs'), 'not a slide');
    const id = await ingest('text.svs');
    expect((await slideRow(id)).status).toMatchObject({ kind: 'failed', code: 'format.unknown' });
    expect(await reopenSlide(nouns.ingest, id)).toMatchObject({ code: 'format.unknown' });
  });
});
