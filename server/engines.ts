import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerConfig } from './config.ts';
import type { BlobStore } from './storage/blob-store.ts';
import type { Database } from './storage/database.ts';
import { openJobQueue, type JobKind, type JobQueue } from './storage/job-queue.ts';
import { openLocalBlobStore } from './storage/local-blob-store.ts';
import { makeLocalMessages } from './storage/local-messages.ts';
import type { Messages } from './storage/messages.ts';
import { takeFolder } from './storage/postgres/owner-lock.ts';
import { openServerDatabase } from './storage/server-database.ts';

/** Database, queue and bytes, open. */
export interface Engines {
  readonly database: Database;
  readonly jobs: JobQueue;
  readonly blobs: BlobStore;
  readonly messages: Messages;
  close(): Promise<void>;
}

export interface EngineNeeds {
  readonly config: Pick<ServerConfig, 'dataDir' | 'databaseUrl'>;
  readonly jobKinds: readonly JobKind[];
  readonly log: (line: string) => void;
}

type Closing = () => Promise<void> | void;

/** In the order of opening; closed the other way round, each even if another fails. */
async function closeAll(closings: readonly Closing[], log: (line: string) => void): Promise<void> {
  for (const close of [...closings].reverse()) {
    try {
      await close();
    } catch (cause) {
      log(`while stopping: ${String(cause)}`);
    }
  }
}

export function blobFolder(dataDir: string): string {
  return join(dataDir, 'blobs');
}

/**
 * Opens the engines in `dataDir`, which this process then owns.
 * @throws AppError 'storage.*'
 */
export async function openEngines(needs: EngineNeeds): Promise<Engines> {
  const { config, jobKinds, log } = needs;
  await mkdir(config.dataDir, { recursive: true });
  const closings: Closing[] = [];
  try {
    closings.push(takeFolder(config.dataDir).release);
    const database = await openServerDatabase({ ...config, log });
    closings.push(() => database.close());
    const jobs = await openJobQueue({ database, kinds: jobKinds, log, role: 'sender' });
    closings.push(() => jobs.stop());
    const blobs = await openLocalBlobStore(blobFolder(config.dataDir));
    const messages = makeLocalMessages({ onError: (cause) => log(`a message: ${String(cause)}`) });
    closings.push(() => messages.close());
    return { database, jobs, blobs, messages, close: () => closeAll(closings, log) };
  } catch (cause) {
    await closeAll(closings, log);
    throw cause;
  }
}
