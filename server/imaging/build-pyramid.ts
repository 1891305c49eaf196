import { fork } from 'node:child_process';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../shared/errors/app-error.ts';
import { bareEnvironment } from './bare-environment.ts';
import type { WireError } from './decode-protocol.ts';
import { fromWireError } from './wire-error.ts';

const WORKER = fileURLToPath(new URL('./build-pyramid-worker.ts', import.meta.url));

export interface PyramidTask {
  /** The flat picture: JPEG, PNG, WebP or an untiled TIFF on a local disk. */
  readonly from: string;
  /** Takes the tiled pyramid. On the same disk, `${into}.part` is written first. */
  readonly into: string;
  /** From 0 to 1, never back. */
  readonly onProgress: (progress: number) => void;
  readonly signal: AbortSignal;
}

/** What the building process says. */
export type FromBuilder =
  | { readonly kind: 'progress'; readonly progress: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: WireError };

function runBuilder({ from, signal, onProgress }: PyramidTask, part: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(WORKER, [from, part], {
      // libvips writes the coarser levels beside the finest one before it puts them together.
      env: { ...bareEnvironment(), TMPDIR: dirname(part) },
      execArgv: ['--max-old-space-size=256'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    let outcome: FromBuilder | undefined;
    const stop = () => child.kill('SIGKILL');
    signal.addEventListener('abort', stop, { once: true });
    child.on('message', (message) => {
      const said = message as FromBuilder;
      if (said.kind === 'progress') onProgress(said.progress);
      else outcome = said;
    });
    child.on('error', reject);
    child.on('exit', (code, killedBy) => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) reject(signal.reason as Error);
      else if (outcome?.kind === 'done') resolve();
      else if (outcome?.kind === 'failed') reject(fromWireError(outcome.error));
      else reject(new Error(`the building process ended: ${String(killedBy ?? code)}`));
    });
  });
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Turns a flat picture into a tiled, pyramidal BigTIFF in a process of its own: what it allocates goes with it,
 * and it may be killed at any moment. `into` appears whole and synced, or not at all.
 * @throws AppError 'format.*' when the picture cannot be read
 */
export async function buildPyramid(task: PyramidTask): Promise<void> {
  task.signal.throwIfAborted();
  const part = `${task.into}.part`;
  try {
    await runBuilder(task, part);
    await syncFile(part);
    await rename(part, task.into);
  } catch (cause) {
    await rm(part, { force: true });
    throw cause instanceof AppError || task.signal.aborted
      ? cause
      : new AppError('server.internal', 'a pyramid could not be built', { cause });
  }
}
