import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The writing program, as its parent sees it. */
export interface Writer {
  /** Process id of its postmaster, once it is ready. */
  readonly ready: Promise<number>;
  /** Keys whose commit it has been told of. */
  readonly acknowledged: Set<string>;
  readonly ended: Promise<void>;
  kill(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('./acknowledging-writer.ts', import.meta.url));

function collectLines(child: ChildProcess, onLine: (line: string) => void): void {
  let rest = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    // A line that was cut by the kill was never whole, and counts as not acknowledged.
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  });
}

/** Starts the writing program on a data folder. */
export function startWriter(dataDir: string, name: string): Writer {
  const child = spawn(process.execPath, [PROGRAM, dataDir, name], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const acknowledged = new Set<string>();
  const complaints: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const ready = new Promise<number>((resolve, reject) => {
    collectLines(child, (line) => {
      if (line.startsWith('ready ')) resolve(Number(line.slice(6)));
      else acknowledged.add(line);
    });
    void ended.then(() => reject(new Error(`the writer ended:\n${complaints.join('')}`)));
  });
  // Whoever kills it before it is ready does not wait for it to be.
  ready.catch(() => undefined);
  return {
    ready,
    acknowledged,
    ended,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
