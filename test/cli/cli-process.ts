import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../server/cli/main.ts', import.meta.url));

/** The command line as a process of its own, to be killed. */
export interface CliProcess {
  readonly child: ChildProcess;
  readonly said: () => string;
  /** Its exit code; null: it was killed. */
  readonly ended: Promise<number | null>;
}

export function startCli(
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): CliProcess {
  const child = spawn(process.execPath, [PROGRAM, ...argv], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const parts: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => parts.push(text));
  }
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  return { child, ended, said: () => parts.join('') };
}
