import type { ByteSource } from '../../shared/bytes/byte-source.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { type DecodeProcess, type DecodeTask, startDecodeProcess } from './decode-process.ts';
import type { DecodeKind, DecodeResult, DecodeWork } from './decode-protocol.ts';
import { createFairQueue } from './fair-queue.ts';

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
  /** Whose job it is: lanes take turns, so that one who asks for much keeps nobody else waiting. */
  readonly lane?: string | undefined;
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

/** Processes are started when there is work for them. */
export function createDecodePool(options: DecodePoolOptions = {}): DecodePool {
  const { workers: size = 2, timeoutMs = 30_000, maxWaiting = 2_000 } = options;
  const log = options.log ?? (() => undefined);
  const waiting = createFairQueue<DecodeTask>();
  const processes = new Set<DecodeProcess>();
  let started = 0;
  let closed = false;

  function start(): DecodeProcess {
    const process = startDecodeProcess({ log, onFree: dispatch });
    started++;
    processes.add(process);
    return process;
  }

  function idleProcess(): DecodeProcess | undefined {
    for (const process of processes) {
      if (!process.isAlive()) processes.delete(process);
      else if (process.isIdle()) return process;
    }
    return processes.size < size ? start() : undefined;
  }

  function dispatch(): void {
    if (closed) return;
    while (waiting.size() > 0) {
      const process = idleProcess();
      const task = process === undefined ? undefined : waiting.take();
      if (process === undefined || task === undefined) return;
      process.give(task);
    }
  }

  return {
    run: (job, { files = [], timeoutMs: limit = timeoutMs, lane = '' } = {}) => {
      if (closed || waiting.size() >= maxWaiting) {
        return Promise.reject(new AppError('server.unavailable', 'too many tiles wait'));
      }
      const promise = new Promise<DecodeResult>((resolve, reject) => {
        waiting.push(lane, { job, files, timeoutMs: limit, resolve, reject });
      });
      dispatch();
      // The process answers a job of one kind with the result of that kind.
      return promise;
    },
    counts: () => ({
      busy: [...processes].filter((process) => !process.isIdle()).length,
      waiting: waiting.size(),
      started,
    }),
    close: async () => {
      closed = true;
      const error = new AppError('server.unavailable', 'the server is stopping');
      for (const task of waiting.drain()) task.reject(error);
      await Promise.all([...processes].map((process) => process.end(error)));
    },
  };
}
