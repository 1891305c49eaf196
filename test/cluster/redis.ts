import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort, startProcess, type OwnProcess } from './own-process.ts';

export interface RedisServer {
  readonly url: string;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Again, on the same port. */
  startAgain(): Promise<void>;
  dispose(): Promise<void>;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    const [reply] = (await once(socket, 'data')) as [Buffer];
    return reply.toString().startsWith('+PONG');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ECONNREFUSED') return false;
    throw cause;
  } finally {
    socket.destroy();
  }
}

export async function startRedis(): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'farscope-redis-'));
  const port = await findFreePort();
  const begin = async (): Promise<OwnProcess> => {
    const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
    const server = startProcess('redis-server', settings, { logFile: join(folder, 'redis.log') });
    while (!(await answers(port))) {
      if (server.hasEnded()) throw new Error('redis-server did not come up');
      await sleep(50);
    }
    return server;
  };
  let running = await begin();
  return {
    url: `redis://127.0.0.1:${port}`,
    kill: () => running.kill(),
    startAgain: async () => {
      running = await begin();
    },
    dispose: async () => {
      await running.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
