import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { readConfig, type ServerConfig } from './config.ts';
import { openBlobs } from './engines.ts';
import { createDecodePool } from './imaging/decode-pool.ts';
import { buildPyramid } from './imaging/build-pyramid.ts';
import { clearScratch } from './ingest/build-job.ts';
import { startIngestJobs } from './ingest/ingest-jobs.ts';
import { JOB_KINDS, openslideFolderOf, scratchFolderOf } from './nouns.ts';
import { openLog } from './open-log.ts';
import { openOriginal } from './slides/open-original.ts';
import { openDatabase } from './storage/database.ts';
import { openJobQueue } from './storage/job-queue.ts';
import { takeFolder } from './storage/postgres/owner-lock.ts';

/** Whether a server started it, and ends it. */
function isForked(): boolean {
  return process.send !== undefined;
}

/**
 * A worker that no server started has a data folder of its own; a server's workers share the server's, which that has
 * put in order for them.
 */
async function takeOwnFolder({ dataDir }: ServerConfig): Promise<() => void> {
  if (isForked()) return () => undefined;
  await mkdir(dataDir, { recursive: true });
  const { release } = takeFolder(dataDir);
  await clearScratch(scratchFolderOf(dataDir));
  await clearScratch(openslideFolderOf(dataDir));
  return release;
}

/**
 * A worker process: takes jobs from the queue of DATABASE_URL, works on the originals in the bucket or in DATA_DIR.
 * It may be killed at any moment; its jobs are taken up again.
 */
async function openWorker() {
  const config = readConfig(process.env);
  if (config.databaseUrl === undefined) throw new Error('a worker needs DATABASE_URL');
  const { log } = openLog(config, process.stdout.isTTY);
  const say = (line: string): void => log.info({ part: 'worker' }, line);
  const release = await takeOwnFolder(config);
  const database = await openDatabase({
    connection: { url: config.databaseUrl },
    log: say,
    maxConnections: 4,
  });
  const { blobs, close: closeBlobs } = await openBlobs({ config, log: say });
  const jobs = await openJobQueue({ database, kinds: JOB_KINDS, log: say, role: 'worker' });
  const decode = createDecodePool({ workers: 1, log: say });
  const scratchFolder = openslideFolderOf(config.dataDir);
  const ingest = {
    database,
    blobs,
    jobs,
    buildPyramid,
    openOriginal: (files: Parameters<typeof openOriginal>[1]) =>
      openOriginal({ decode, scratchFolder }, files, randomUUID()),
    scratchFolder: scratchFolderOf(config.dataDir),
    newId: randomUUID,
    log: say,
  };
  await startIngestJobs(ingest, jobs);
  return async () => {
    await jobs.stop();
    await decode.close();
    await closeBlobs();
    await database.close();
    release();
  };
}

/** Stops once, when asked to, or when the server that started it is gone, also while still opening. */
async function main(): Promise<void> {
  const opened = openWorker();
  let asked = false;
  const stop = (): void => {
    if (asked) return;
    asked = true;
    opened
      .then((close) => close())
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  };
  process.on('SIGTERM', stop);
  // What a killed server started must not live on without it.
  process.on('disconnect', stop);
  // False when the server died before this line.
  if (process.connected === false) stop();
  // At a terminal Ctrl+C reaches everyone; the server says when.
  process.on('SIGINT', isForked() ? () => undefined : stop);
  await opened;
}

await main();
