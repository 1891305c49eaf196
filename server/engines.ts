import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerConfig } from './config.ts';
import type { BlobStore } from './storage/blob-store.ts';
import type { Database } from './storage/database.ts';
import { openJobQueue, type JobKind, type JobQueue } from './storage/job-queue.ts';
import { openLocalBlobStore } from './storage/local-blob-store.ts';
import { makeLocalMessages } from './storage/local-messages.ts';
import type { Messages } from './storage/messages.ts';
import { NOBODY_ELSE, openNotices, type Notices } from './storage/notices.ts';
import type { ObjectFolder } from './storage/object-folder.ts';
import { takeFolder } from './storage/postgres/owner-lock.ts';
import { openRedisMessages } from './storage/redis-messages.ts';
import { openS3Store } from './storage/s3/s3-blob-store.ts';
import { openServerDatabase } from './storage/server-database.ts';

/** Database, queue, bytes, and the words between processes, open. */
export interface Engines {
  readonly database: Database;
  readonly jobs: JobQueue;
  readonly blobs: BlobStore;
  /** Beside blobs that several processes share; undefined: bytes lie in the data folder of this process alone. */
  readonly objects: ObjectFolder | undefined;
  readonly messages: Messages;
  readonly notices: Notices;
  close(): Promise<void>;
}

export interface EngineNeeds {
  readonly config: Pick<ServerConfig, 'dataDir' | 'databaseUrl' | 's3' | 'redisUrl'>;
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

/** Where bytes lie, in the server and its workers alike. */
export interface OpenBlobs extends Pick<Engines, 'blobs' | 'objects'> {
  readonly close: () => Promise<void>;
}

/** @throws AppError 'storage.store-away', 'storage.store-refused' */
export async function openBlobs({
  config,
  log,
}: {
  readonly config: Pick<ServerConfig, 'dataDir' | 's3'>;
  readonly log: (line: string) => void;
}): Promise<OpenBlobs> {
  if (config.s3 !== undefined) return await openS3Store(config.s3, log);
  const blobs = await openLocalBlobStore(blobFolder(config.dataDir));
  return { blobs, objects: undefined, close: () => Promise.resolve() };
}

function openMessages({ config, log }: Pick<EngineNeeds, 'config' | 'log'>): Messages {
  const onError = (error: unknown): void => log(`a listener failed: ${String(error)}`);
  if (config.redisUrl === undefined) return makeLocalMessages({ onError });
  return openRedisMessages({ url: config.redisUrl, onError, log });
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
    // A database of our own has no other server.
    const isAlone = config.databaseUrl === undefined;
    const notices = isAlone ? NOBODY_ELSE : openNotices({ database, log });
    closings.push(() => notices.close());
    const jobs = await openJobQueue({ database, kinds: jobKinds, log, role: 'sender' });
    closings.push(() => jobs.stop());
    const { blobs, objects, close } = await openBlobs(needs);
    closings.push(close);
    const messages = openMessages(needs);
    closings.push(() => messages.close());
    const closeEngines = () => closeAll(closings, log);
    return { database, jobs, blobs, objects, messages, notices, close: closeEngines };
  } catch (cause) {
    await closeAll(closings, log);
    throw cause;
  }
}
