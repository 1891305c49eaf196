import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { ENDPOINTS } from '../../shared/api/endpoints.ts';
import type { ClusterEngines } from './global-setup.ts';
import { findFreePort, startProcess, type OwnProcess } from './own-process.ts';

const programOf = (name: string): string =>
  fileURLToPath(new URL(`../../server/${name}.ts`, import.meta.url));

/** One server process, or one worker, on a disk of its own. */
export interface ClusterProcess {
  readonly name: string;
  readonly url: string;
  isRunning(): boolean;
  kill(): Promise<void>;
  /** After a kill: the same command on the same disk; resolves when it is ready. */
  startAgain(): Promise<void>;
}

export interface Cluster {
  readonly first: ClusterProcess;
  readonly second: ClusterProcess;
  readonly worker: ClusterProcess;
  /** What the operator sets for each process. */
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  dispose(): Promise<void>;
}

export type Requested = RequestInit & { readonly json?: unknown };

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch (cause) {
    if (cause instanceof TypeError || (cause as Error).name === 'TimeoutError') return false;
    throw cause;
  }
}

async function untilReady(url: string, process: OwnProcess, logFile: string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (await isReady(url)) return;
    if (process.hasEnded()) throw new Error(`it ended:\n${readFileSync(logFile, 'utf8')}`);
    await sleep(100);
  }
  throw new Error(`it is not ready:\n${readFileSync(logFile, 'utf8')}`);
}

/** @param url '' for a worker, which nobody can ask whether it is ready */
async function startOne(
  name: string,
  program: string,
  url: string,
  env: Readonly<Record<string, string>>,
): Promise<ClusterProcess> {
  const dataDir = env['DATA_DIR'] ?? '';
  mkdirSync(dataDir, { recursive: true });
  const logFile = join(dataDir, 'out.log');
  const begin = () =>
    startProcess(process.execPath, ['--disable-warning=ExperimentalWarning', program], {
      env: { ...process.env, ...env },
      logFile,
    });
  let running = begin();
  if (url !== '') await untilReady(url, running, logFile);
  return {
    name,
    url,
    isRunning: () => !running.hasEnded(),
    kill: () => running.kill(),
    startAgain: async () => {
      running = begin();
      if (url !== '') await untilReady(url, running, logFile);
    },
  };
}

/** Two server processes and a worker, started at the same moment on an empty database. */
export async function startCluster(engines: ClusterEngines): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'farscope-cluster-'));
  const environment = {
    ...engines,
    SECRETS_DIR: join(folder, 'secrets'),
    FARSCOPE_DEMO: '1',
    FARSCOPE_DEMO_SLIDES: 'none',
    WORKERS: '0',
    MIN_FREE_BYTES: '0',
    LOG_TO: 'stdout',
    LOG_LEVEL: 'warn',
  };
  const server = async (name: string): Promise<ClusterProcess> => {
    const port = String(await findFreePort());
    const env = { ...environment, DATA_DIR: join(folder, name), PORT: port };
    return await startOne(name, programOf('main'), `http://127.0.0.1:${port}`, env);
  };
  const workerEnv = { ...environment, DATA_DIR: join(folder, 'worker') };
  const [first, second, worker] = await Promise.all([
    server('first'),
    server('second'),
    startOne('worker', programOf('worker'), '', workerEnv),
  ]);
  return {
    first,
    second,
    worker,
    environment,
    folder,
    dispose: async () => {
      await Promise.all([first.kill(), second.kill(), worker.kill()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Somebody at a browser, behind a proxy that knows all processes and holds on to none of them. */
export interface Person {
  /** At whichever process is next; at another when that one does not answer. */
  readonly fetch: (path: string, init?: Requested) => Promise<Response>;
  /** At this process and no other. */
  readonly fetchFrom: (
    process: ClusterProcess,
    path: string,
    init?: Requested,
  ) => Promise<Response>;
}

function requestInit(cookie: string, { json, headers, ...init }: Requested): RequestInit {
  const all = { 'X-Farscope': '1', Cookie: cookie, ...(headers as Record<string, string>) };
  return json === undefined
    ? { ...init, headers: all }
    : {
        ...init,
        headers: { ...all, 'Content-Type': 'application/json' },
        body: JSON.stringify(json),
      };
}

/** Neither a refused connection nor an answer that is cut short is the end: a proxy asks the next process. */
function isUnreachable(cause: unknown): boolean {
  return cause instanceof TypeError || (cause as Error).name === 'TimeoutError';
}

const PATIENCE_MS = 20_000;

function personWith(cookie: string, processes: readonly ClusterProcess[]): Person {
  let turn = 0;
  const fetchFrom: Person['fetchFrom'] = async (process, path, init = {}) => {
    const signal = init.signal ?? AbortSignal.timeout(10_000);
    return await fetch(process.url + path, { ...requestInit(cookie, init), signal });
  };
  return {
    fetchFrom,
    fetch: async (path, init = {}) => {
      const untilMs = performance.now() + PATIENCE_MS;
      for (;;) {
        turn += 1;
        const process = processes[turn % processes.length];
        if (process === undefined) throw new Error('no processes');
        try {
          const reply = await fetchFrom(process, path, init);
          // Read here, so that an answer that is cut short is asked for again.
          const body = await reply.arrayBuffer();
          const isEmpty = reply.status === 204 || reply.status === 304;
          if (reply.status < 500 || performance.now() > untilMs) {
            return new Response(isEmpty ? null : body, reply);
          }
        } catch (cause) {
          if (!isUnreachable(cause) || performance.now() > untilMs) throw cause;
        }
        await sleep(50);
      }
    },
  };
}

/** Signs in at one process, with the password that the first start made. */
export async function signIn(
  { first, second }: Cluster,
  username: string,
  at: ClusterProcess = first,
): Promise<Person> {
  const welcome = await fetch(`${at.url}/api/welcome`);
  const { demo } = ENDPOINTS['system.welcome'].reply.schema.parse(await welcome.json());
  const password = demo.find((one) => one.username === username)?.password;
  const reply = await fetch(`${at.url}/api/session`, {
    method: 'POST',
    headers: { 'X-Farscope': '1', 'Content-Type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  expect(reply.status).toBe(200);
  const cookie = reply.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  return personWith(cookie, [first, second]);
}
