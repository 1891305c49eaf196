import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { LoadOrder, LoadResult } from './load-process.ts';
import type { ProductOrder, ProductReply } from './product-process.ts';
import type { ReadersOrder, ReadersResult } from './readers/readers-process.ts';

function start(script: string, parameters: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return fork(join(import.meta.dirname, script), [...parameters], {
    env: { ...process.env, ...env },
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/** The next message of a process; rejects when it ends instead. */
function answerOf<Answer>(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onMessage = (answer: unknown): void => {
      child.off('exit', onExit);
      resolve(answer as Answer);
    };
    const onExit = (code: number | null): void => {
      child.off('message', onMessage);
      reject(new Error(`a process of the bench ended: ${String(code)}`));
    };
    child.once('message', onMessage);
    child.once('exit', onExit);
  });
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.disconnect();
  await gone;
}

export interface Target {
  readonly port: number;
  readonly cookie: string | null;
  /** Processor time that it has taken since its start, its decode processes included. */
  cpuMs(): Promise<number>;
}

export interface BareServer extends Target {
  stop(): Promise<void>;
}

/** @param folder files whose names are the paths */
export async function startBare(folder: string, port: number): Promise<BareServer> {
  const child = start('bare-process.ts', [folder, String(port)]);
  const said = await answerOf<{ port: number }>(child);
  return {
    port: said.port,
    cookie: null,
    cpuMs: async () => {
      child.send('cpu');
      return (await answerOf<{ cpuMs: number }>(child)).cpuMs;
    },
    stop: () => stop(child),
  };
}

export interface ProductServer extends Target {
  readonly cookie: string;
  order(order: ProductOrder): Promise<ProductReply>;
  stop(): Promise<void>;
}

/** @param limits 'none': one account may ask for as many tiles as it can; else as its users start it */
export async function startProduct(
  dataDir: string,
  port: number,
  limits: 'usual' | 'none' = 'none',
): Promise<ProductServer> {
  const own = { DATA_DIR: dataDir, PORT: String(port), BENCH_LIMITS: limits };
  // As server/launch/start.cjs starts it.
  const env = { ...own, UV_THREADPOOL_SIZE: '16' };
  const child = start('product-process.ts', [], env);
  const said = await answerOf<{ port: number; cookie: string }>(child);
  const order = (given: ProductOrder): Promise<ProductReply> => {
    child.send(given);
    return answerOf<ProductReply>(child);
  };
  return {
    ...said,
    order,
    cpuMs: async () => (await order({ kind: 'cpu' })).cpuMs ?? Number.NaN,
    stop: () => stop(child),
  };
}

export interface LoadGenerator {
  run(order: LoadOrder): Promise<LoadResult>;
  stop(): Promise<void>;
}

/** A process of its own: what it costs is not the server's. */
export function startLoad(): LoadGenerator {
  const child = start('load-process.ts', []);
  return {
    run: (order) => {
      child.send(order);
      return answerOf<LoadResult>(child);
    },
    stop: () => stop(child),
  };
}

export interface ReadersGenerator {
  run(order: ReadersOrder): Promise<ReadersResult>;
  stop(): Promise<void>;
}

/** Many readers in one process of their own. */
export function startReaders(): ReadersGenerator {
  const child = start('readers/readers-process.ts', []);
  return {
    run: (order) => {
      child.send(order);
      return answerOf<ReadersResult>(child);
    },
    stop: () => stop(child),
  };
}
