import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ByteSource } from '../../shared/bytes/byte-source.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { bareEnvironment } from './bare-environment.ts';
import type { DecodeJob, DecodeResult, FromWorker, ToWorker } from './decode-protocol.ts';
import { unreadable } from '../../shared/slide-format/samples/unreadable.ts';
import { fromWireError, toWireError } from './wire-error.ts';

const WORKER = fileURLToPath(new URL('./decode-worker.ts', import.meta.url));

export interface DecodeTask {
  readonly job: DecodeJob;
  /** What the job may read, by index. */
  readonly files: readonly ByteSource[];
  readonly timeoutMs: number;
  resolve(result: DecodeResult): void;
  reject(error: Error): void;
}

/** One process that decodes, one task at a time. Once it has ended it takes no more: a new one is started. */
export interface DecodeProcess {
  isIdle(): boolean;
  isAlive(): boolean;
  /** Only when idle and alive. The task ends in any case: answered, failed, out of time, or with the process. */
  give(task: DecodeTask): void;
  /** Ends the process and its task. Resolves when it is gone. */
  end(error: Error): Promise<void>;
}

export interface DecodeProcessOptions {
  readonly log: (line: string) => void;
  /** The task has ended, or the process has. */
  readonly onFree: () => void;
}

function spawn() {
  return fork(WORKER, [], {
    env: bareEnvironment(),
    execArgv: ['--max-old-space-size=512'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

async function readFor(
  files: readonly ByteSource[],
  { read, file, offset, length }: Extract<FromWorker, { kind: 'read' }>,
): Promise<ToWorker> {
  try {
    const source = files[file];
    if (source === undefined) throw new AppError('format.truncated', 'no such file');
    return { kind: 'bytes', read, bytes: await source.read(offset, length) };
  } catch (cause) {
    return { kind: 'bytes-failed', read, error: toWireError(cause) };
  }
}

async function answerRead(
  child: ChildProcess,
  files: readonly ByteSource[],
  request: Extract<FromWorker, { kind: 'read' }>,
): Promise<void> {
  const reply = await readFor(files, request);
  if (child.connected) child.send(reply);
}

export function startDecodeProcess({ log, onFree }: DecodeProcessOptions): DecodeProcess {
  const child = spawn();
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let current: { readonly task: DecodeTask; readonly deadline: NodeJS.Timeout } | undefined;
  let alive = true;
  let id = 0;

  function finish(): DecodeTask | undefined {
    clearTimeout(current?.deadline);
    const task = current?.task;
    current = undefined;
    return task;
  }

  function end(error: Error): void {
    if (!alive) return;
    alive = false;
    finish()?.reject(error);
    child.kill('SIGKILL');
  }

  function endWith(why: string): void {
    if (!alive) return;
    log(`a decode process ended: ${why}`);
    end(unreadable(`the decode process ended: ${why}`));
    onFree();
  }

  function onMessage(message: FromWorker): void {
    if (message.kind === 'read') {
      void answerRead(child, current?.task.files ?? [], message);
    } else if (message.id === id) {
      const task = finish();
      if (message.retiring) end(unreadable('the process has retired'));
      if (message.kind === 'done') task?.resolve(message.result);
      else task?.reject(fromWireError(message.error));
      onFree();
    }
  }

  child.on('message', (message) => onMessage(message as FromWorker));
  child.on('error', (error) => endWith(error.message));
  child.on('exit', (code, signal) => endWith(String(signal ?? code)));
  return {
    isIdle: () => current === undefined,
    isAlive: () => alive,
    give: (task) => {
      const late = () => endWith(`no answer to ${task.job.kind} within ${task.timeoutMs} ms`);
      current = { task, deadline: setTimeout(late, task.timeoutMs) };
      // A send that fails is followed by 'exit' or 'error', which end the task.
      child.send({ kind: 'job', id: ++id, job: task.job } satisfies ToWorker, () => undefined);
    },
    end: async (error) => {
      end(error);
      await gone;
    },
  };
}
