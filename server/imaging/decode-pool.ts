import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ByteSource } from '../../shared/bytes/byte-source.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { bareEnvironment } from './bare-environment.ts';
import type {
  DecodeKind,
  DecodeResult,
  DecodeWork,
  FromWorker,
  ToWorker,
} from './decode-protocol.ts';
import { unreadable } from '../../shared/slide-format/samples/unreadable.ts';
import { fromWireError, toWireError } from './wire-error.ts';

const WORKER = fileURLToPath(new URL('./decode-worker.ts', import.meta.url));

export interface DecodePoolOptions {
  readonly workers?: number;
  /** A job that takes longer ends with its process. */
  readonly timeoutMs?: number;
  /** Jobs that may wait; more are refused with 'server.unavailable'. */
  readonly maxWaiting?: number;
  readonly log?: (line: string) => void;
}

export interface RunOptions {
  /** What the job may read, by index; for 'open'. */
  readonly files?: readonly ByteSource[];
  readonly timeoutMs?: number;
}

/**
 * Processes in which strangers' data are decoded: no credentials, little memory, a deadline. One job at a
 * time in each, so that a job which takes its process down takes nothing else with it.
 */
export interface DecodePool {
  /** @throws AppError as the job failed; 'tile.unreadable' when its process died or ran out of time */
  run<Kind extends DecodeKind>(
    job: DecodeWork[Kind]['job'] & { readonly kind: Kind },
    options?: RunOptions,
  ): Promise<DecodeWork[Kind]['result']>;
  counts(): { readonly busy: number; readonly waiting: number; readonly started: number };
  close(): Promise<void>;
}

interface Task {
  readonly job: DecodeWork[DecodeKind]['job'];
  readonly files: readonly ByteSource[];
  readonly timeoutMs: number;
  resolve(result: DecodeResult): void;
  reject(error: Error): void;
}

interface Worker {
  readonly child: ChildProcess;
  task: { readonly id: number; readonly task: Task; readonly deadline: NodeJS.Timeout } | undefined;
  alive: boolean;
}

function spawnWorker(): ChildProcess {
  return fork(WORKER, [], {
    env: bareEnvironment(),
    execArgv: ['--max-old-space-size=512'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

async function answerRead(
  child: ChildProcess,
  files: readonly ByteSource[],
  { read, file, offset, length }: Extract<FromWorker, { kind: 'read' }>,
): Promise<void> {
  const reply = async (): Promise<ToWorker> => {
    try {
      const source = files[file];
      if (source === undefined) throw new AppError('format.truncated', 'no such file');
      return { kind: 'bytes', read, bytes: await source.read(offset, length) };
    } catch (cause) {
      return { kind: 'bytes-failed', read, error: toWireError(cause) };
    }
  };
  const message = await reply();
  if (child.connected) child.send(message);
}

export function createDecodePool(options: DecodePoolOptions = {}): DecodePool {
  const { workers: size = 2, timeoutMs = 30_000, maxWaiting = 2_000 } = options;
  const log = options.log ?? (() => undefined);
  const waiting: Task[] = [];
  const workers = new Set<Worker>();
  let started = 0;
  let lastId = 0;
  let closed = false;

  function finish(worker: Worker): Task | undefined {
    const current = worker.task;
    if (current === undefined) return undefined;
    clearTimeout(current.deadline);
    worker.task = undefined;
    return current.task;
  }

  function onMessage(worker: Worker, message: FromWorker): void {
    if (message.kind === 'read') {
      void answerRead(worker.child, worker.task?.task.files ?? [], message);
      return;
    }
    if (worker.task?.id !== message.id) return;
    const task = finish(worker);
    if (message.retiring) retire(worker);
    if (message.kind === 'done') task?.resolve(message.result);
    else task?.reject(fromWireError(message.error));
    dispatch();
  }

  /** A process that has ended, or must: its job fails, the next job gets a new process. */
  function retire(worker: Worker, error?: Error): void {
    worker.alive = false;
    workers.delete(worker);
    finish(worker)?.reject(error ?? unreadable('the decode process ended'));
    worker.child.kill('SIGKILL');
  }

  function start(): Worker {
    const worker: Worker = { child: spawnWorker(), task: undefined, alive: true };
    started++;
    workers.add(worker);
    worker.child.on('message', (message) => onMessage(worker, message as FromWorker));
    const end = (why: string) => {
      if (!worker.alive) return;
      log(`a decode process ended: ${why}`);
      retire(worker, unreadable(`the decode process ended: ${why}`));
      dispatch();
    };
    worker.child.on('error', (error) => end(error.message));
    worker.child.on('exit', (code, signal) => end(String(signal ?? code)));
    return worker;
  }

  function idleWorker(): Worker | undefined {
    for (const worker of workers) if (worker.task === undefined) return worker;
    return workers.size < size ? start() : undefined;
  }

  function dispatch(): void {
    while (!closed && waiting.length > 0) {
      const worker = idleWorker();
      const task = worker === undefined ? undefined : waiting.shift();
      if (worker === undefined || task === undefined) return;
      assign(worker, task);
    }
  }

  function assign(worker: Worker, task: Task): void {
    const id = ++lastId;
    const deadline = setTimeout(() => {
      log(`a decode job of kind ${task.job.kind} ran out of time`);
      retire(worker, unreadable(`no answer within ${task.timeoutMs} ms`));
      dispatch();
    }, task.timeoutMs);
    worker.task = { id, task, deadline };
    const message: ToWorker = { kind: 'job', id, job: task.job };
    // A send that fails is followed by 'exit' or 'error', which end the task.
    worker.child.send(message, () => undefined);
  }

  return {
    run: (job, { files = [], timeoutMs: limit = timeoutMs } = {}) => {
      if (closed || waiting.length >= maxWaiting) {
        return Promise.reject(new AppError('server.unavailable', 'too many tiles wait'));
      }
      const promise = new Promise<DecodeResult>((resolve, reject) => {
        waiting.push({ job, files, timeoutMs: limit, resolve, reject });
      });
      dispatch();
      // The worker answers a job of one kind with the result of that kind.
      return promise as Promise<never>;
    },
    counts: () => ({
      busy: [...workers].filter((worker) => worker.task !== undefined).length,
      waiting: waiting.length,
      started,
    }),
    close: async () => {
      closed = true;
      const error = new AppError('server.unavailable', 'the server is stopping');
      for (const task of waiting.splice(0)) task.reject(error);
      const ended = [...workers].map(
        ({ child }) => new Promise((resolve) => child.once('exit', resolve)),
      );
      for (const worker of workers) retire(worker, error);
      await Promise.all(ended);
    },
  };
}
