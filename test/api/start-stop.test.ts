import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, '../../server/main.ts');

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

let dataDir: string;
const started: ChildProcess[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'farscope-start-'));
});
afterAll(async () => {
  for (const child of started) if (child.exitCode === null) child.kill('SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}

/** Starts the whole server as `npm start` does, in the folder of this test. */
async function start(more: Record<string, string> = {}): Promise<Running> {
  const port = await freePort();
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN], {
    env: {
      ...process.env,
      DATA_DIR: dataDir,
      PORT: String(port),
      FARSCOPE_DEMO_SLIDES: 'none',
      LOG_TO: 'file',
      ...more,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let output = '';
  const hear = (part: Buffer) => {
    output += part.toString();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = once(child, 'exit').then(([status]) => status as number | null);
  return { child, url: `http://127.0.0.1:${port}`, output: () => output, ended };
}

async function isReady({ url }: Running): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch (cause) {
    // Not listening yet.
    if (cause instanceof TypeError) return false;
    throw cause;
  }
}

async function ready(running: Running): Promise<Running> {
  await expect
    .poll(async () => running.child.exitCode !== null || (await isReady(running)), {
      timeout: 60_000,
      interval: 100,
    })
    .toBe(true);
  if (running.child.exitCode !== null) throw new Error(running.output());
  return running;
}

interface Welcome {
  readonly demo: readonly { readonly username: string; readonly password: string }[];
}

async function welcomeOf({ url }: Running): Promise<Welcome> {
  return (await (await fetch(`${url}/api/welcome`)).json()) as Welcome;
}

test('a first start makes the demo alliance and prints its sign-ins, which work; a second knows them', async () => {
  const first = await ready(await start());
  const { demo } = await welcomeOf(first);
  for (const { username, password } of demo) {
    expect(first.output()).toMatch(new RegExp(`${username} +${password}`));
  }
  const [one] = demo;
  const signedIn = await fetch(`${first.url}/api/session`, {
    method: 'POST',
    headers: { 'X-Farscope': '1', 'Content-Type': 'application/json' },
    body: JSON.stringify({ username: one?.username, password: one?.password }),
  });
  expect(signedIn.status).toBe(200);
  const secrets = await stat(join(dataDir, 'secrets'));
  expect(secrets.mode & 0o077).toBe(0);

  const second = await start();
  expect(await second.ended).toBe(1);
  expect(second.output()).toContain('The data folder is in use by another process');

  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  first.child.kill('SIGTERM');
  expect(await first.ended).toBe(0);
  const again = await ready(await start());
  expect((await welcomeOf(again)).demo).toEqual(demo);
  const known = await fetch(`${again.url}/api/session`, { headers: { Cookie: cookie } });
  expect(known.status).toBe(200);
  again.child.kill('SIGTERM');
  expect(await again.ended).toBe(0);
});

test('asked to stop, it finishes the request under way, takes no new one, and ends well', async () => {
  const running = await ready(await start());
  const [one] = (await welcomeOf(running)).demo;
  const body = JSON.stringify({ username: one?.username, password: one?.password });
  const { port } = new URL(running.url);
  const request = httpRequest({
    port,
    method: 'POST',
    path: '/api/session',
    headers: {
      'X-Farscope': '1',
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
    },
  });
  const answered = once(request, 'response');
  request.write(body.slice(0, 10));
  await new Promise((resolve) => setTimeout(resolve, 200));
  running.child.kill('SIGTERM');
  await expect.poll(() => isReady(running), { timeout: 10_000 }).toBe(false);
  request.end(body.slice(10));
  const [reply] = (await answered) as [import('node:http').IncomingMessage];
  await text(reply);
  expect(reply.statusCode).toBe(200);
  expect(await running.ended).toBe(0);
});

/** Worker processes on the folder of this test, where the system tells. */
async function workers(): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found: string[] = [];
  for (const pid of pids) {
    const [command, environment] = await Promise.all(
      ['cmdline', 'environ'].map((file) =>
        readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => ''),
      ),
    );
    if (command?.includes('server/worker.ts') && environment?.includes(dataDir)) found.push(pid);
  }
  return found;
}

test('killed without warning, it starts again by itself, workers and database included', async () => {
  const killed = await ready(await start());
  killed.child.kill('SIGKILL');
  await killed.ended;
  await expect.poll(workers, { timeout: 20_000 }).toEqual([]);
  const again = await ready(await start());
  again.child.kill('SIGTERM');
  expect(await again.ended).toBe(0);
});

test('an environment that does not fit is said in a sentence', async () => {
  const running = await start({ PORT: 'eighty' });
  expect(await running.ended).toBe(1);
  expect(running.output()).toContain('The environment does not fit');
  expect(running.output()).toContain('PORT');
});
