import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { AppError } from '../../../shared/errors/app-error.ts';
import { SUPERUSER } from './cluster.ts';
import { commandAs, type PostgresPlace } from './identity.ts';
import { findRunningPostmaster, isPostmasterOf, type PostmasterPid } from './postmaster-pid.ts';

const LOG_LIMIT_BYTES = 16 * 1024 * 1024;
/** Replaying a long write-ahead log after a crash takes its time; this only bounds a server that hangs. */
const READY_DEADLINE_MS = 180_000;
const STOP_DEADLINE_MS = 30_000;

/** A live postmaster: started by us, or found running after our predecessor was killed. */
export interface Postmaster {
  readonly pid: number;
  readonly socketFolder: string;
  readonly adopted: boolean;
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
}

export interface PostmasterNeeds {
  readonly place: PostgresPlace;
  readonly cluster: string;
  readonly socketFolder: string;
  readonly maxConnections: number;
}

function settingsOf({ socketFolder, maxConnections }: PostmasterNeeds): string[] {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: socketFolder,
    unix_socket_permissions: '0700',
    max_connections: String(maxConnections),
    shared_buffers: '64MB',
    wal_level: 'replica',
    // What "acknowledged" means here. On the command line, so that no configuration file can undo it.
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    recovery_init_sync_method: process.platform === 'linux' ? 'syncfs' : 'fsync',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Statements and row values may hold patient data: they stay out of the log.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function openLog(folder: string): number {
  const file = join(folder, 'postgres.log');
  if (existsSync(file) && statSync(file).size > LOG_LIMIT_BYTES) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

export function readLogTail(folder: string): string {
  const file = join(folder, 'postgres.log');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').slice(-8).join('\n') : '';
}

function spawnPostmaster(needs: PostmasterNeeds): Postmaster {
  const { place, cluster, socketFolder } = needs;
  const { command, parameters, options } = commandAs(
    place.identity,
    join(place.binaries.bin, 'postgres'),
    ['-D', cluster, ...settingsOf(needs)],
  );
  const log = openLog(place.folder);
  // Detached: Ctrl+C in a terminal reaches the whole group, and the database must outlive our last query.
  const child = spawn(command, parameters, {
    ...options,
    cwd: cluster,
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' },
  });
  closeSync(log);
  child.unref();
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  return { pid: child.pid ?? 0, socketFolder, adopted: false, ended };
}

function adopt(running: PostmasterPid, cluster: string): Postmaster {
  const ended = new Promise<void>((resolve) => {
    // Not our child, so nobody tells us of its end.
    const watch = setInterval(() => {
      if (isPostmasterOf(running.pid, cluster)) return;
      clearInterval(watch);
      resolve();
    }, 200);
    watch.unref();
  });
  return { ...running, adopted: true, ended };
}

/** Takes up the postmaster that runs on this cluster, or starts one. */
export function startPostmaster(needs: PostmasterNeeds): Postmaster {
  const running = findRunningPostmaster(needs.cluster);
  return running === undefined ? spawnPostmaster(needs) : adopt(running, needs.cluster);
}

/** Opens one connection as the superuser; the caller ends it. */
export async function connectAsSuperuser(
  socketFolder: string,
  database = 'postgres',
): Promise<Client> {
  const client = new Client({
    host: socketFolder,
    user: SUPERUSER,
    database,
    connectionTimeoutMillis: 10_000,
  });
  // Without a listener a cut idle connection would end the whole process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/**
 * Waits until the postmaster answers.
 * @throws AppError 'storage.postgres-failed' when it dies first, with the end of its log
 */
export async function waitUntilReady(postmaster: Postmaster, folder: string): Promise<void> {
  const deadline = performance.now() + READY_DEADLINE_MS;
  const over = new AbortController();
  void postmaster.ended.then(() => over.abort());
  let lastFailure: unknown;
  while (!over.signal.aborted && performance.now() < deadline) {
    try {
      const client = await connectAsSuperuser(postmaster.socketFolder);
      await client.end();
      return;
    } catch (cause) {
      lastFailure = cause;
    }
    await sleep(25);
  }
  const log = readLogTail(folder);
  throw new AppError('storage.postgres-failed', `PostgreSQL did not come up:\n${log}`, {
    cause: lastFailure,
    fields: { log: log.split('\n').at(-1) ?? '' },
  });
}

/** Fast shutdown (SIGINT: connections are ended, the checkpoint is written), then immediate (SIGQUIT). */
export async function stopPostmaster(postmaster: Postmaster, cluster: string): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!isPostmasterOf(postmaster.pid, cluster)) return;
    process.kill(postmaster.pid, signal);
    const deadline = performance.now() + STOP_DEADLINE_MS;
    while (isPostmasterOf(postmaster.pid, cluster)) {
      if (performance.now() > deadline) break;
      await sleep(10);
    }
  }
}
