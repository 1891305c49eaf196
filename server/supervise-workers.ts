import { fork, type ChildProcess } from 'node:child_process';

export interface WorkerPlan {
  /** Entry file of the worker. */
  readonly script: string;
  readonly count: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
}

export interface Workers {
  readonly pids: () => readonly number[];
  /** Asks them to stop, and ends what is still there after `graceMs`: jobs are tried again elsewhere. */
  stop(graceMs: number): Promise<void>;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A worker that lived so long has earned a quick restart. */
const STEADY_MS = 60_000;

/** A place that always has a worker: whoever dies (a picture may take its process down) is replaced. */
function keepOne({ script, environment, log }: WorkerPlan) {
  let child: ChildProcess | undefined;
  let pause = FIRST_PAUSE_MS;
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;

  function start(): void {
    const begunMs = performance.now();
    const started = fork(script, [], {
      env: { ...process.env, ...environment },
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child = started;
    started.on('error', (error) => log(`worker: ${error.message}`));
    started.once('exit', (status, signal) => {
      child = undefined;
      if (stopping) return;
      pause =
        performance.now() - begunMs > STEADY_MS
          ? FIRST_PAUSE_MS
          : Math.min(pause * 2, LONGEST_PAUSE_MS);
      log(`a worker ended (${signal ?? status}); another starts in ${pause} ms`);
      timer = setTimeout(start, pause);
    });
  }

  start();
  return {
    pid: () => child?.pid,
    stop: (graceMs: number) =>
      new Promise<void>((resolve) => {
        stopping = true;
        clearTimeout(timer);
        const last = child;
        if (last === undefined) return resolve();
        const cut = setTimeout(() => last.kill('SIGKILL'), graceMs);
        last.once('exit', () => {
          clearTimeout(cut);
          resolve();
        });
        last.kill('SIGTERM');
      }),
  };
}

export function superviseWorkers(plan: WorkerPlan): Workers {
  const places = Array.from({ length: plan.count }, () => keepOne(plan));
  return {
    pids: () => places.flatMap((place) => place.pid() ?? []),
    stop: async (graceMs) => {
      await Promise.all(places.map((place) => place.stop(graceMs)));
    },
  };
}
