import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { build } from 'vite';
import { ENDPOINTS } from '../../shared/api/endpoints.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FIRST_PORT = 4410;
const LAST_PORT = 4449;
const READY_MS = 240_000;
const STOP_MS = 20_000;
/** How many slides a demo set has; see server/demo. */
const DEMO_SLIDES = { small: 6, none: 0 } as const;
type DemoSet = keyof typeof DEMO_SLIDES;

const Welcome = ENDPOINTS['system.welcome'].reply.schema;
const SlidePage = ENDPOINTS['slide.list'].reply.schema;
export type DemoSignIn = z.infer<typeof Welcome>['demo'][number];

export interface Product {
  readonly url: string;
  /** Temporary: the server's data, and the cookies of the demo accounts. */
  readonly folder: string;
  readonly dataDir: string;
  readonly stop: () => Promise<void>;
  /** SIGKILL: the server ends as in a power cut. */
  readonly kill: () => Promise<void>;
  /** After kill(): a new server on the same data and port; resolves when it answers. */
  readonly startAgain: () => Promise<void>;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

async function freePort(): Promise<number> {
  for (let port = FIRST_PORT; port <= LAST_PORT; port += 1) if (await isFree(port)) return port;
  throw new Error(`no port is free between ${FIRST_PORT} and ${LAST_PORT}`);
}

/** npm test has built the pages; a test run on its own builds them when they are not there. */
async function ensurePages(): Promise<void> {
  if (existsSync(join(ROOT, 'dist', 'client', 'index.html'))) return;
  await build({ configFile: join(ROOT, 'vite.config.ts'), logLevel: 'warn' });
}

interface Server {
  readonly child: ChildProcess;
  readonly said: () => string;
}

function startServer(folder: string, port: number, demoSlides: DemoSet): Server {
  const lines: string[] = [];
  const child = spawn(process.execPath, [join(ROOT, 'server', 'main.ts')], {
    cwd: ROOT,
    env: {
      ...process.env,
      DATA_DIR: join(folder, 'data'),
      HOST: '127.0.0.1',
      PORT: String(port),
      FARSCOPE_DEMO: '1',
      FARSCOPE_DEMO_SLIDES: demoSlides,
      LOG_TO: 'file',
      NODE_ENV: 'production',
      MIN_FREE_BYTES: '0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => lines.push(text));
  }
  return { child, said: () => lines.join('') };
}

/** null while the server does not answer yet. */
async function ask(url: string, init: RequestInit = {}): Promise<Response | null> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (error instanceof TypeError) return null; // connection refused: not listening yet
    throw error;
  }
}

/** Signs a demo account in and keeps its cookie as the browser would: Playwright's storage state. */
async function keepSignedIn(url: string, folder: string, who: DemoSignIn): Promise<string> {
  const reply = await ask(`${url}/api/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Farscope': '1' },
    body: JSON.stringify({ username: who.username, password: who.password }),
  });
  if (reply?.ok !== true) throw new Error(`${who.username} could not sign in: ${reply?.status}`);
  const cookie = reply.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const [name = '', value = ''] = cookie.split('=');
  const plain = { domain: '127.0.0.1', path: '/', expires: -1, httpOnly: true, secure: false };
  const state = { cookies: [{ name, value, ...plain, sameSite: 'Lax' }], origins: [] };
  await writeFile(join(folder, 'people', `${who.username}.json`), JSON.stringify(state));
  return cookie;
}

async function countReadySlides(url: string, cookie: string): Promise<number> {
  const reply = await ask(`${url}/api/slides`, { headers: { cookie } });
  if (reply?.ok !== true) return 0;
  const { slides } = SlidePage.parse(await reply.json());
  return slides.filter((slide) => slide.status.kind === 'ready').length;
}

async function awaitDemo(
  url: string,
  folder: string,
  child: ChildProcess,
  slides: number,
): Promise<void> {
  let cookie: string | undefined;
  const startedMs = Date.now();
  while (Date.now() - startedMs < READY_MS) {
    if (child.exitCode !== null) throw new Error('the server has ended');
    const welcome = await ask(`${url}/api/welcome`);
    if (welcome?.ok === true && cookie === undefined) {
      const { demo } = Welcome.parse(await welcome.json());
      for (const who of demo) cookie = await keepSignedIn(url, folder, who);
      await writeFile(join(folder, 'demo.json'), JSON.stringify(demo));
    }
    if (cookie !== undefined && (await countReadySlides(url, cookie)) >= slides) return;
    await sleep(500);
  }
  throw new Error('the demo slides did not become ready');
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function stopServer(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  await Promise.race([ended, sleep(STOP_MS, undefined, { ref: false })]);
  if (!hasEnded(child)) child.kill('SIGKILL');
  await ended;
}

async function killServer(child: ChildProcess): Promise<void> {
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGKILL');
  await ended;
}

async function awaitAnswer(url: string, { child, said }: Server): Promise<void> {
  const startedMs = Date.now();
  while (Date.now() - startedMs < READY_MS) {
    if (hasEnded(child)) throw new Error(`the server has ended:\n${said()}`);
    if ((await ask(`${url}/readyz`))?.ok === true) return;
    await sleep(200);
  }
  throw new Error(`the server did not come back:\n${said()}`);
}

/** The real server on a folder of its own, with a demo set, everybody of it signed in. */
export async function startProduct(demoSlides: DemoSet = 'small'): Promise<Product> {
  await ensurePages();
  const folder = await mkdtemp(join(tmpdir(), 'farscope-e2e-'));
  await mkdir(join(folder, 'people'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let server = startServer(folder, port, demoSlides);
  const stop = async () => {
    await stopServer(server.child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await awaitDemo(url, folder, server.child, DEMO_SLIDES[demoSlides]);
  } catch (cause) {
    await stop();
    throw new Error(`the product did not start:\n${server.said()}`, { cause });
  }
  return {
    url,
    folder,
    dataDir: join(folder, 'data'),
    stop,
    kill: () => killServer(server.child),
    startAgain: async () => {
      server = startServer(folder, port, demoSlides);
      await awaitAnswer(url, server);
    },
  };
}
