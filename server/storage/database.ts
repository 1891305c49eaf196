import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import { Pool, TypeOverrides } from 'pg';
import type { Actor } from '../../shared/access/can.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { PostgresConnection } from './embedded-postgres.ts';
import { migrate } from './migrate.ts';
import type { Tables } from './schema.ts';

export { sql } from 'kysely';

/** A transaction in which all queries of one piece of work run. */
export type DatabaseTransaction = Transaction<Tables>;

/** On whose behalf rows are read and written. 'system': sign-in, workers, start-up. */
export type ActorScope = { readonly kind: 'actor'; readonly actor: Actor } | SystemScope;
export interface SystemScope {
  readonly kind: 'system';
}
export const SYSTEM: SystemScope = { kind: 'system' };

export interface DatabaseOptions {
  readonly connection: PostgresConnection;
  readonly log: (line: string) => void;
  /** Connections of this process at most. */
  readonly maxConnections?: number;
  /** A statement that takes longer is ended with SQLSTATE 57014. */
  readonly statementTimeoutMs?: number;
}

export interface Database {
  /** As the owner, past all policies: for migrations and the job queue only. */
  readonly owner: Kysely<Tables>;
  readonly connection: PostgresConnection;
  /** Pool use at the moment, for metrics. */
  counts(): { total: number; idle: number; waiting: number };
  /** Rejects when the database does not answer; for readiness. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** pg's object id of bigint. Byte counts and ids stay far below 2^53. */
const INT8 = 20;

function openPool(options: DatabaseOptions): Pool {
  const { connection, maxConnections = 12, statementTimeoutMs = 30_000, log } = options;
  const types = new TypeOverrides();
  types.setTypeParser(INT8, Number);
  const pool = new Pool({
    connectionString: connection.url,
    max: maxConnections,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: statementTimeoutMs,
    application_name: 'farscope',
    types,
  });
  // Mandatory, twice: a connection that is cut while idle, or between two queries of a transaction, raises
  // 'error', and without a listener that ends the process. Who uses it learns of it at the next query.
  pool.on('connect', (client) => {
    client.on('error', (error) => log(`a database connection was cut: ${error.message}`));
  });
  pool.on('error', () => undefined);
  return pool;
}

/** invalid_authorization_specification, invalid_password, invalid_catalog_name, insufficient_privilege. */
const REFUSALS = new Set(['28000', '28P01', '3D000', '42501']);

/** What keeps a server from its database, in words for who runs it. */
function nameOpeningFailure(cause: unknown): unknown {
  if (cause instanceof AppError || !(cause instanceof Error)) return cause;
  const fields = { reason: cause.message };
  if (isConnectionLoss(cause)) {
    return new AppError('storage.database-away', 'no database', { cause, fields });
  }
  return REFUSALS.has(String((cause as { code?: unknown }).code))
    ? new AppError('storage.database-refused', 'the database refuses', { cause, fields })
    : cause;
}

/**
 * Connects and brings the schema up to date.
 * @throws AppError 'storage.*'
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const pool = openPool(options);
  const owner = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await retryConnectionLoss(() => migrate(owner, options.log));
  } catch (cause) {
    await owner.destroy();
    throw nameOpeningFailure(cause);
  }
  return {
    owner,
    connection: options.connection,
    counts: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    ping: async () => {
      await sql`select 1`.execute(owner);
    },
    close: () => owner.destroy(),
  };
}

/**
 * Runs `work` in one transaction that sees only what the scope may see: under the role farscope_app,
 * with the actor in settings that the row-level policies read. All of it ends with the transaction.
 */
export function inScope<Result>(
  database: Database,
  scope: ActorScope,
  work: (transaction: DatabaseTransaction) => Promise<Result>,
): Promise<Result> {
  const [hospital, account, role] =
    scope.kind === 'system'
      ? ['', '', 'system']
      : [scope.actor.hospitalId, scope.actor.accountId, scope.actor.role];
  return database.owner.transaction().execute(async (transaction) => {
    // Policies make the planner think a query dear, and compiling it takes longer than running it.
    await sql`select set_config('jit', 'off', true), set_config('role', 'farscope_app', true),
      set_config('app.hospital_id', ${hospital}, true),
      set_config('app.account_id', ${account}, true),
      set_config('app.role', ${role}, true)`.execute(transaction);
    return await work(transaction);
  });
}

/** SQLSTATE class 08 (connection exception) and the shutdown codes of class 57. */
const CONNECTION_STATES = new Set(['57P01', '57P02', '57P03']);
const SOCKET_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT']);

export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AppError) return error.code === 'storage.database-away';
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') {
    return code.startsWith('08') || CONNECTION_STATES.has(code) || SOCKET_CODES.has(code);
  }
  // pg's own errors carry no code. The last one is what Kysely's rollback meets, and throws instead of the
  // failure before it.
  return /connection terminated|timeout exceeded when trying to connect|not queryable/i.test(
    error.message,
  );
}

const RETRY_PAUSES_MS = [50, 100, 200, 400, 800, 1_600, 3_000];

/**
 * Runs `work` again when the connection to the database is lost, for some six seconds. Only for work that
 * may run twice: the commit may have been made although its answer was lost.
 */
export async function retryConnectionLoss<Result>(work: () => Promise<Result>): Promise<Result> {
  for (const pauseMs of RETRY_PAUSES_MS) {
    try {
      return await work();
    } catch (cause) {
      if (!isConnectionLoss(cause)) throw cause;
    }
    await sleep(pauseMs);
  }
  return await work();
}
