import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addressOf, writeAddressedSlide } from '../../fixtures/addressed-slide.ts';
import { decodeJpeg } from '../../server/imaging/jpeg.ts';
import { ENDPOINTS } from '../../shared/api/endpoints.ts';
import { formatDigestField } from '../../shared/upload/digest-field.ts';
import { type ExternalPostgres, startExternalPostgres } from '../database/external-postgres.ts';
import { localUpload, sha256Hex } from '../uploads/upload-client.ts';

const MAIN = join(import.meta.dirname, '../../server/main.ts');
const JSON_HEADERS = { 'X-Farscope': '1', 'Content-Type': 'application/json' };

let external: ExternalPostgres;
let folder: string;
let url: string;
let server: ChildProcess;

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}

beforeAll(async () => {
  external = await startExternalPostgres();
  folder = await mkdtemp(join(tmpdir(), 'farscope-external-'));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  server = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      DATABASE_URL: external.url,
      DATA_DIR: join(folder, 'data'),
      PORT: String(port),
      FARSCOPE_DEMO_SLIDES: 'none',
      LOG_TO: 'file',
      MIN_FREE_BYTES: '0',
    },
    stdio: 'ignore',
  });
});
afterAll(async () => {
  server.kill('SIGTERM');
  if (server.exitCode === null) await once(server, 'exit');
  await external.dispose();
  await rm(folder, { recursive: true, force: true });
});

async function isReady(): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch (cause) {
    if (cause instanceof TypeError) return false; // not listening yet
    throw cause;
  }
}

async function signInAs(username: string): Promise<string> {
  const { demo } = ENDPOINTS['system.welcome'].reply.schema.parse(
    await (await fetch(`${url}/api/welcome`)).json(),
  );
  const password = demo.find((one) => one.username === username)?.password;
  const reply = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: JSON_HEADERS,
    body: JSON.stringify({ username, password }),
  });
  expect(reply.status).toBe(200);
  return reply.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

async function upload(bytes: Uint8Array, cookie: string): Promise<string> {
  const local = localUpload('addressed.svs', [bytes]);
  const headers = { ...JSON_HEADERS, Cookie: cookie };
  const created = await fetch(`${url}/api/uploads`, {
    method: 'POST',
    headers,
    body: JSON.stringify(local.body),
  });
  expect(created.status).toBe(200);
  for (let index = 0; index < local.count; index += 1) {
    const body = Uint8Array.from(local.chunk(index));
    const sent = await fetch(`${url}/api/uploads/${local.id}/chunks/${index}`, {
      method: 'PUT',
      headers: { ...headers, 'Content-Digest': formatDigestField(sha256Hex(body)) },
      body,
    });
    expect(sent.status).toBe(200);
  }
  const finished = await fetch(`${url}/api/uploads/${local.id}/finish`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ contentDigest: local.contentDigest }),
  });
  return ENDPOINTS['upload.finish'].reply.schema.parse(await finished.json()).slideId;
}

test('the whole server works on an external PostgreSQL: sign in, upload, read the right tile', async () => {
  const path = join(folder, 'addressed.svs');
  writeAddressedSlide(path, { layout: 'svs', width: 1100, height: 900, tile: 256 });
  await expect.poll(isReady, { timeout: 50_000, interval: 100 }).toBe(true);
  const cookie = await signInAs('technician');
  const slideId = await upload(await readFile(path), cookie);
  const statusOf = async () => {
    const reply = await fetch(`${url}/api/slides/${slideId}`, { headers: { Cookie: cookie } });
    return ENDPOINTS['slide.get'].reply.schema.parse(await reply.json());
  };
  await expect.poll(async () => (await statusOf()).status.kind, { timeout: 30_000 }).toBe('ready');
  const { revision } = await statusOf();
  const tile = await fetch(`${url}/api/slides/${slideId}/tiles/${revision}/0/2/1`, {
    headers: { Cookie: cookie },
  });
  expect(tile.status).toBe(200);
  const raster = decodeJpeg(new Uint8Array(await tile.arrayBuffer()));
  expect(addressOf(raster)).toEqual({ level: 0, column: 2, row: 1 });
});
