import { createHash } from 'node:crypto';
import { chownSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AppError } from '../../shared/errors/app-error.ts';
import { findPostgresBinaries } from './postgres/binaries.ts';
import { prepareCluster, SUPERUSER } from './postgres/cluster.ts';
import { choosePlace, type PostgresPlace } from './postgres/identity.ts';
import { takeFolder } from './postgres/owner-lock.ts';
import { connectAsSuperuser } from './postgres/postmaster.ts';
import { superviseCluster } from './postgres/supervisor.ts';

/** How to reach a database. A URL, so that it can be handed to a worker process as DATABASE_URL. */
export interface PostgresConnection {
  readonly url: string;
}

export interface EmbeddedPostgres {
  /** As the owner of the database `farscope`. */
  readonly connection: PostgresConnection;
  /** As the superuser of the cluster: for backups and for making test databases. */
  readonly administration: PostgresConnection;
  /** Folder of the cluster, the socket and the log. */
  readonly folder: string;
  /** Process id of the postmaster that runs at the moment. */
  readonly pid: () => number;
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  readonly log: (line: string) => void;
  readonly maxConnections?: number;
  /** Only this way of not being root; for tests. */
  readonly identity?: 'nobody' | 'namespace' | 'copy';
}

const OWNER = 'farscope_owner';
const DATABASE = 'farscope';
/** sun_path holds 108 bytes on Linux and 104 on macOS, the terminating zero included. */
const SOCKET_PATH_LIMIT = 100;

/** A connection through the Unix socket in `folder`. */
export function socketConnection(
  folder: string,
  user: string,
  database: string,
): PostgresConnection {
  return { url: `postgresql://${user}@/${database}?host=${encodeURIComponent(folder)}` };
}

function makeSocketFolder({ folder, identity }: PostgresPlace): string {
  const inside = join(folder, 'run');
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const short = Buffer.byteLength(join(inside, '.s.PGSQL.5432')) <= SOCKET_PATH_LIMIT;
  const socketFolder = short ? inside : join(tmpdir(), `farscope-${name}`);
  mkdirSync(socketFolder, { recursive: true, mode: 0o700 });
  const uid = identity.kind === 'nobody' ? identity.uid : (process.getuid?.() ?? 0);
  const found = lstatSync(socketFolder);
  const trusted = found.uid === uid || found.uid === process.getuid?.();
  if (!found.isDirectory() || (found.mode & 0o077) !== 0 || !trusted) {
    throw new AppError(
      'storage.postgres-refused',
      `${socketFolder} is not a private folder of ours`,
    );
  }
  if (identity.kind === 'nobody') chownSync(socketFolder, identity.uid, identity.gid);
  return socketFolder;
}

/** Refuses a server that could lose what it acknowledged. */
async function assertDurable(socketFolder: string): Promise<void> {
  const client = await connectAsSuperuser(socketFolder);
  try {
    for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) {
      const reply = await client.query<Record<string, string>>(`show ${setting}`);
      const value = reply.rows[0]?.[setting];
      if (value !== 'on') {
        throw new AppError('storage.postgres-failed', `${setting} is ${value}`, {
          fields: { log: `${setting} = ${value ?? ''}` },
        });
      }
    }
  } finally {
    await client.end();
  }
}

/** Makes the owner role and its database where they are missing; every step may be met half-done. */
async function prepareDatabase(socketFolder: string): Promise<void> {
  const client = await connectAsSuperuser(socketFolder);
  try {
    const roles = await client.query('select 1 from pg_roles where rolname = $1', [OWNER]);
    if (roles.rowCount === 0) {
      await client.query(`create role ${OWNER} login createrole nosuperuser nobypassrls`);
    }
    const databases = await client.query('select 1 from pg_database where datname = $1', [
      DATABASE,
    ]);
    if (databases.rowCount === 0) await client.query(`create database ${DATABASE} owner ${OWNER}`);
  } finally {
    await client.end();
  }
}

/**
 * Brings up a PostgreSQL of our own in `dataDir`/postgres and keeps it up: it is started again when it
 * dies, and taken up again when it outlived a server that was killed.
 * @throws AppError 'storage.*' with what is missing or in the way
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const { dataDir, log, maxConnections = 60, identity } = options;
  if (process.platform === 'win32') {
    throw new AppError('storage.no-sockets', 'pg reaches no Unix socket on Windows');
  }
  const place = choosePlace(findPostgresBinaries(), join(resolve(dataDir), 'postgres'), identity);
  const { release } = takeFolder(place.folder);
  try {
    const cluster = await prepareCluster(place, log);
    const socketFolder = makeSocketFolder(place);
    const supervisor = await superviseCluster(
      { place, cluster, socketFolder, maxConnections },
      log,
    );
    const socket = supervisor.socketFolder();
    await assertDurable(socket);
    await prepareDatabase(socket);
    return {
      connection: socketConnection(socket, OWNER, DATABASE),
      administration: socketConnection(socket, SUPERUSER, 'postgres'),
      folder: place.folder,
      pid: supervisor.pid,
      stop: async () => {
        await supervisor.stop();
        if (!socketFolder.startsWith(place.folder)) rmSync(socketFolder, { recursive: true });
        release();
      },
    };
  } catch (cause) {
    release();
    throw cause;
  }
}
