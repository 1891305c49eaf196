import {
  appendFile,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeAddressedSlide } from '../../fixtures/addressed-slide.ts';
import type { Upload } from '../../shared/api/endpoints/uploads.ts';
import { CHUNK_BYTES } from '../../shared/upload/chunk-grid.ts';
import { contentDigest } from '../../shared/upload/content-digest.ts';
import { countIndices, mergeRuns } from '../../shared/upload/received-runs.ts';
import { startKillableServer, type KillableServer } from '../uploads/killable-server.ts';
import { seededBytes, sha256 } from '../uploads/upload-client.ts';
import { TECHNICIAN } from '../uploads/technician.ts';
import { startCli, type CliProcess } from './cli-process.ts';

const MEBIBYTE = 1 << 20;

let folder: string;
let server: KillableServer;
let token = '';
let hospitalId = '';
const running: CliProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'farscope-cli-'));
  server = await startKillableServer(join(folder, 'data'));
  const headers = { 'X-Farscope': '1', 'Content-Type': 'application/json' };
  const body = JSON.stringify(TECHNICIAN);
  const signedIn = await fetch(`${server.url}/api/session`, { method: 'POST', headers, body });
  ({ hospitalId } = (await signedIn.json()) as { hospitalId: string });
  const Cookie = (signedIn.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
  const made = await fetch(`${server.url}/api/session/tokens`, {
    method: 'POST',
    headers: { ...headers, Cookie },
    body: JSON.stringify({ name: 'scanner', purpose: 'upload', days: 30 }),
  });
  ({ secret: token } = (await made.json()) as { secret: string });
});
afterAll(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

function cli(command: 'upload' | 'watch', paths: readonly string[], ...more: string[]): CliProcess {
  const state = ['--state', join(folder, `${command}-state.json`)];
  const started = startCli([command, ...paths, '--to', server.url, ...state, ...more], {
    FARSCOPE_TOKEN: token,
  });
  running.push(started);
  return started;
}

async function uploads(): Promise<Upload[]> {
  const reply = await fetch(`${server.url}/api/uploads`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  return (await reply.json()) as Upload[];
}

async function uploadNamed(name: string): Promise<Upload | undefined> {
  return (await uploads()).find((upload) => upload.name === name);
}

async function until<Value>(ask: () => Promise<Value | undefined>): Promise<Value> {
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    await sleep(20);
  }
}

/** What the server keeps of these bytes. */
async function kept(bytes: Uint8Array): Promise<Buffer> {
  const digests: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    digests.push(sha256(bytes.subarray(at, at + CHUNK_BYTES)));
  }
  return await readFile(join(folder, 'data', 'blobs', hospitalId, contentDigest(digests), '0'));
}

const receivedOf = ({ received }: Upload) => countIndices(mergeRuns(received));

test('an upload whose program and whose server are killed goes on, and arrives whole', async () => {
  const path = join(folder, 'S26-0012_A1.svs');
  const bytes = seededBytes(12, 40 * MEBIBYTE + 77);
  await writeFile(path, bytes);
  const before = await stat(path);
  const first = cli('upload', [path]);
  await until(async () => {
    const upload = await uploadNamed('S26-0012_A1');
    return upload !== undefined && receivedOf(upload) >= 2 ? upload : undefined;
  });
  first.child.kill('SIGKILL');
  expect(await first.ended).toBeNull();
  const atKill = await uploadNamed('S26-0012_A1');
  expect(atKill?.state).toBe('arriving');
  const second = cli('upload', [path]);
  await until(async () => {
    const upload = await uploadNamed('S26-0012_A1');
    const gained = upload === undefined || atKill === undefined ? 0 : receivedOf(upload);
    return gained > (atKill === undefined ? 0 : receivedOf(atKill)) ? upload : undefined;
  });
  await server.killServer();
  expect(await second.ended, second.said()).toBe(0);
  const upload = await uploadNamed('S26-0012_A1');
  // The same upload was gone on with: nothing that was acknowledged is sent again under another id.
  expect(upload).toMatchObject({ id: atKill?.id, state: 'finished' });
  expect(Buffer.compare(await kept(bytes), bytes)).toBe(0);
  const after = await stat(path);
  expect([after.mtimeMs, after.size]).toEqual([before.mtimeMs, before.size]);
});

test('what was sent before is not sent again, and is told so', async () => {
  const again = cli('upload', [join(folder, 'S26-0012_A1.svs')]);
  expect(await again.ended).toBe(0);
  expect(again.said()).toContain('sent before: S26-0012_A1');
});

test('a slide takes its name from parts of the file name', async () => {
  const path = join(folder, 'S26-0099_B2_HE.svs');
  await writeFile(path, seededBytes(99, MEBIBYTE));
  const pattern = '(?<case>S\\d+-\\d+)_(?<block>[A-Z]\\d+)';
  const sent = cli('upload', [path], '--pattern', pattern, '--name', '{case} {block}');
  expect(await sent.ended, sent.said()).toBe(0);
  expect(await uploadNamed('S26-0099 B2')).toMatchObject({ state: 'finished' });
});

test('a folder is watched: a file is sent when its scanner has finished, once', async () => {
  const scans = join(folder, 'scans');
  await mkdir(scans);
  const watcher = cli('watch', [scans], '--settle', '1.5', '--log', join(folder, 'watch.log'));
  const path = join(scans, 'growing.svs');
  const bytes = seededBytes(3, 3 * MEBIBYTE);
  await writeFile(`${path}.lock`, '');
  for (let at = 0; at < bytes.length; at += MEBIBYTE) {
    await appendFile(path, bytes.subarray(at, at + MEBIBYTE));
    await sleep(500);
  }
  await sleep(3_000);
  // Unchanged for long enough, but its lock is still there.
  expect(await uploadNamed('growing')).toBeUndefined();
  await rm(`${path}.lock`);
  await until(async () => {
    const upload = await uploadNamed('growing');
    return upload?.state === 'finished' ? upload : undefined;
  });
  expect(Buffer.compare(await kept(bytes), bytes)).toBe(0);
  await sleep(2_500);
  expect((await uploads()).filter(({ name }) => name === 'growing')).toHaveLength(1);
  expect(await readFile(join(folder, 'watch.log'), 'utf8')).toContain('sent: growing');
  watcher.child.kill('SIGKILL');
});

test('a DICOM series is one slide, sent when no instance was added for a while', async () => {
  const written = writeAddressedSlide(join(await mkdirs('whole'), ''), { layout: 'dicom-sparse' });
  const scans = await mkdirs('series-scans', 'slide-7');
  const watcher = cli('watch', [join(folder, 'series-scans')], '--settle', '2');
  for (const [index, path] of written.paths.entries()) {
    await writeFile(join(scans, `${index}.dcm`), await readFile(path));
    await sleep(300);
  }
  const upload = await until(async () => {
    const found = await uploadNamed('slide-7');
    return found?.state === 'finished' ? found : undefined;
  });
  expect(upload.files).toHaveLength(written.paths.length);
  watcher.child.kill('SIGKILL');
});

async function mkdirs(...parts: string[]): Promise<string> {
  const path = join(folder, ...parts);
  await mkdir(path, { recursive: true });
  return path;
}

test('a token that is refused ends it with 3, wrong usage with 2, a file that is no slide with 1', async () => {
  const path = join(folder, 'x.svs');
  await writeFile(path, seededBytes(1, 1_000));
  await utimes(path, 1_700_000_000, 1_700_000_000);
  const to = ['--to', server.url, '--state', join(folder, 'other.json')];
  const refused = startCli(['upload', path, ...to, '--token', `fst_${'A'.repeat(43)}`]);
  expect(await refused.ended, refused.said()).toBe(3);
  const wrong = startCli(['upload', '--to', 'nowhere']);
  expect(await wrong.ended).toBe(2);
  expect(wrong.said()).toContain('farscope watch');
  const text = join(folder, 'notes.txt');
  await writeFile(text, 'no slide');
  expect(await cli('upload', [text]).ended).toBe(1);
  const unreachable = ['--to', 'http://127.0.0.1:1', '--give-up', '0', '--token', token];
  expect(await startCli(['upload', path, ...unreachable]).ended).toBe(4);
});
