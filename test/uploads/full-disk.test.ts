import { afterAll, beforeAll, expect, test } from 'vitest';
import { countIndices } from '../../shared/upload/received-runs.ts';
import { startTestServer, type TestServer } from '../server.ts';
import { openSmallDisk, type SmallDisk } from './small-disk.ts';
import { localUpload, seededBytes, speak } from './upload-client.ts';
import { makeUploadNouns } from './upload-nouns.ts';

let disk: SmallDisk;
let server: TestServer;

beforeAll(async () => {
  disk = openSmallDisk(6);
  server = await startTestServer({
    nouns: (foundation) =>
      makeUploadNouns(foundation, {
        stagingFolder: disk.folder,
        wrapStaging: disk.wrap,
        // The check before writing sees nothing: it is the disk itself that refuses.
        freeBytes: () => Promise.resolve(Number.MAX_SAFE_INTEGER),
      }),
  });
});

afterAll(async () => {
  await server.dispose();
  disk.dispose();
});

test('a disk that fills up while chunks are written loses none that was acknowledged, and goes on', async () => {
  const { fetch } = await server.as('technician');
  const upload = localUpload('large.svs', [seededBytes(1, 10 << 20)]);
  await speak.create(fetch, upload);
  const acknowledged = new Set<number>();
  let refused = 0;
  for (let index = 0; index < upload.count; index += 1) {
    const { status, body } = await speak.chunk(fetch, upload, index);
    if (status === 200) acknowledged.add(index);
    else {
      expect({ status, code: body['code'] }).toEqual({ status: 507, code: 'upload.disk-full' });
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThanOrEqual(4);
  const waiting = await speak.get(fetch, upload.id);
  expect(waiting.state).toBe('waiting-for-room');
  expect(countIndices(waiting.received)).toBe(acknowledged.size);
  disk.makeRoom();
  for (let index = 0; index < upload.count; index += 1) {
    if (acknowledged.has(index)) continue;
    expect((await speak.chunk(fetch, upload, index)).status).toBe(200);
  }
  const finished = await speak.finish(fetch, upload);
  expect(finished).toMatchObject({ status: 200, body: { alreadyKnown: false } });
});
