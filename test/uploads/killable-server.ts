import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./upload-server.ts', import.meta.url));

/** A server that is started again after each kill, always on the same port. */
export interface KillableServer {
  readonly url: string;
  /** SIGKILL, then a new process; resolves when it accepts requests. */
  killServer(): Promise<void>;
  /** SIGKILL to the postmaster; whoever supervises it brings it back. */
  killDatabase(): Promise<void>;
  stop(): Promise<void>;
}

interface Said {
  readonly port?: number;
  readonly postmaster?: number;
}

async function hear(child: ChildProcess, key: keyof Said): Promise<number> {
  for (;;) {
    const [said] = (await once(child, 'message')) as [Said];
    const value = said[key];
    if (value !== undefined) return value;
  }
}

/** false: it is dead already and not yet back. */
async function killPostmaster(child: ChildProcess): Promise<boolean> {
  const answer = hear(child, 'postmaster');
  child.send('postmaster');
  const pid = await answer;
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause;
    return false;
  }
}

async function startChild(dataDir: string, port: number): Promise<[ChildProcess, number]> {
  const child = fork(PROGRAM, [], {
    env: {
      ...process.env,
      DATA_DIR: dataDir,
      PORT: String(port),
      FARSCOPE_DEMO: '0',
      LOG_LEVEL: 'silent',
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const died = once(child, 'exit').then(([code]) => {
    throw new Error(`the server ended with ${String(code)} before it was ready`);
  });
  const ready = hear(child, 'port');
  const chosen = await Promise.race([ready, died]);
  died.catch(() => undefined); // from here on its end is the test's own doing
  return [child, chosen];
}

export async function startKillableServer(dataDir: string): Promise<KillableServer> {
  let [child, port] = await startChild(dataDir, 0);
  return {
    url: `http://127.0.0.1:${port}`,
    killServer: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      [child, port] = await startChild(dataDir, port);
    },
    killDatabase: async () => {
      while (!(await killPostmaster(child))) await sleep(20);
    },
    stop: async () => {
      const gone = once(child, 'exit');
      child.send('stop');
      await gone;
    },
  };
}
