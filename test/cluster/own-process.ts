import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** A program that was started for a test, and is gone when the test is. */
export interface OwnProcess {
  readonly pid: number;
  readonly hasEnded: () => boolean;
  /** SIGKILL, and its end. */
  kill(): Promise<void>;
  /** SIGTERM, and its end. */
  stop(): Promise<void>;
}

const SETPRIV = '/usr/bin/setpriv';

/** Dies with whoever started it, whatever becomes of that one. */
function tied(program: string, parameters: readonly string[]): [string, string[]] {
  return existsSync(SETPRIV)
    ? [SETPRIV, ['--pdeathsig', 'KILL', program, ...parameters]]
    : [program, [...parameters]];
}

function endOf(child: ChildProcess): Promise<unknown> {
  return child.exitCode === null && child.signalCode === null
    ? once(child, 'exit')
    : Promise.resolve();
}

/** @param logFile gets what it says, both ways */
export function startProcess(
  program: string,
  parameters: readonly string[],
  { logFile, ...options }: SpawnOptions & { readonly logFile: string },
): OwnProcess {
  const log = openSync(logFile, 'a');
  const [command, all] = tied(program, parameters);
  const child = spawn(command, all, { ...options, stdio: ['ignore', log, log] });
  closeSync(log);
  const signal = async (name: NodeJS.Signals): Promise<void> => {
    const ended = endOf(child);
    child.kill(name);
    await ended;
  };
  return {
    pid: child.pid ?? 0,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    kill: () => signal('SIGKILL'),
    stop: () => signal('SIGTERM'),
  };
}

export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
