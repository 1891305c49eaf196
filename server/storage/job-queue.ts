import { PgBoss, fromKysely, type JobWithMetadata } from 'pg-boss';
import { sql } from 'kysely';
import type { Database, DatabaseTransaction } from './database.ts';
import { inTurn } from './in-turn.ts';

/** One kind of job and how patient the queue is with it. */
export interface JobKind {
  readonly name: string;
  /** Attempts after the first; then the job is dead and its `onExhausted` is called. */
  readonly retryLimit?: number;
  /** First pause before another attempt; it doubles each time, up to five minutes. */
  readonly retryDelaySeconds?: number;
  /** A worker that has not shown life for so long is taken for dead. At least 10. */
  readonly heartbeatSeconds?: number;
  /** The longest that one attempt may take. */
  readonly expireInSeconds?: number;
}

export interface JobContext {
  readonly jobId: string;
  /** 0 on the first attempt. */
  readonly attempt: number;
  /** Aborted when the queue stops or the job was given to another worker. */
  readonly signal: AbortSignal;
}

export interface WorkOptions<Payload> {
  /** Jobs of this kind at once in this process. */
  readonly concurrency?: number;
  /** Ends this worker, not the whole queue, after the jobs in hand. */
  readonly signal?: AbortSignal;
  /** Called once for a job that has used up its attempts, also when each of them killed its worker. */
  readonly onExhausted?: (payload: Payload, reason: string) => Promise<void>;
}

/** Jobs of one kind by what they are doing. Dead: every attempt failed. */
export interface JobCounts {
  readonly waiting: number;
  readonly active: number;
  readonly dead: number;
}

export interface JobQueue {
  /**
   * Adds a job in the caller's transaction: it exists when the rows that it is about exist.
   * @param key of the waiting jobs with one key only one is kept
   */
  enqueue(
    transaction: DatabaseTransaction,
    name: string,
    payload: object,
    key?: string,
  ): Promise<void>;
  /** Runs jobs of a kind. At least once: `handler` writes beside, syncs, renames, and flips the row last. */
  work<Payload extends object>(
    name: string,
    handler: (payload: Payload, context: JobContext) => Promise<void>,
    options?: WorkOptions<Payload>,
  ): Promise<void>;
  /** For metrics. */
  depth(name: string): Promise<JobCounts>;
  /** Lets jobs in hand finish, `graceMs` at most; then they are aborted and tried again elsewhere. */
  stop(graceMs?: number): Promise<void>;
}

export interface JobQueueOptions {
  readonly database: Database;
  readonly kinds: readonly JobKind[];
  readonly log: (line: string) => void;
  /** A worker looks after the queue (lost heartbeats, retention); a process that only enqueues does not. */
  readonly role: 'worker' | 'sender';
}

const SCHEMA = 'pgboss';
const deadQueue = (name: string): string => `${name}.dead`;

async function createQueues(boss: PgBoss, kinds: readonly JobKind[]): Promise<void> {
  for (const kind of kinds) {
    await boss.createQueue(deadQueue(kind.name), { retryLimit: 20, retryDelay: 5, notify: true });
    const options = {
      retryLimit: kind.retryLimit ?? 5,
      retryDelay: kind.retryDelaySeconds ?? 5,
      retryBackoff: true,
      retryDelayMax: 300,
      heartbeatSeconds: kind.heartbeatSeconds ?? 30,
      expireInSeconds: kind.expireInSeconds ?? 6 * 3_600,
      deadLetter: deadQueue(kind.name),
      notify: true,
    };
    await boss.createQueue(kind.name, options);
    await boss.updateQueue(kind.name, options);
  }
}

/** The queue's tables are the owner's; work in a scope only adds jobs to them. */
async function grantEnqueue(database: Database): Promise<void> {
  await sql
    .raw(`
    grant usage on schema ${SCHEMA} to farscope_app;
    grant select, insert, update on all tables in schema ${SCHEMA} to farscope_app;
    grant execute on all functions in schema ${SCHEMA} to farscope_app;
  `)
    .execute(database.owner);
}

/** What went wrong with a dead job, in the words of its last attempt. */
function reasonOf(job: Pick<JobWithMetadata, 'output' | 'sourceOutput'>): string {
  const output: unknown = job.sourceOutput ?? job.output;
  if (typeof output === 'object' && output !== null && 'message' in output) {
    return String(output.message);
  }
  return JSON.stringify(output) ?? '';
}

async function startBoss(options: JobQueueOptions): Promise<PgBoss> {
  const { database, kinds, log, role } = options;
  const boss = new PgBoss({
    connectionString: database.connection.url,
    schema: SCHEMA,
    max: role === 'worker' ? 4 : 2,
    application_name: `farscope-jobs-${role}`,
    useListenNotify: role === 'worker',
    supervise: role === 'worker',
    schedule: false,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
  });
  boss.on('error', (error) => log(`job queue: ${error.message}`));
  boss.on('warning', (warning) => log(`job queue: ${warning.message}`));
  // Queues and grants that two processes make at once fail each other ("tuple concurrently updated").
  await inTurn(database.owner, async () => {
    await boss.start();
    await createQueues(boss, kinds);
    await grantEnqueue(database);
  });
  return boss;
}

async function countJobs(database: Database, name: string): Promise<JobCounts> {
  const { rows } = await sql<JobCounts>`
    select count(*) filter (where state in ('created', 'retry')) as waiting,
      count(*) filter (where state = 'active') as active,
      count(*) filter (where state = 'failed') as dead
    from ${sql.id(SCHEMA, 'job')} where name = ${name}`.execute(database.owner);
  return rows[0] ?? { waiting: 0, active: 0, dead: 0 };
}

/** Opens the job queue in the application's own database (pg-boss, schema `pgboss`). */
export async function openJobQueue(options: JobQueueOptions): Promise<JobQueue> {
  const { database } = options;
  const boss = await startBoss(options);
  return {
    enqueue: async (transaction, name, payload, key) => {
      await boss.send(name, payload, {
        db: fromKysely(transaction),
        ...(key === undefined ? {} : { singletonKey: key }),
      });
    },
    work: (name, handler, workOptions = {}) => startWork(boss, name, handler, workOptions),
    depth: (name) => countJobs(database, name),
    stop: (graceMs = 10_000) => boss.stop({ graceful: true, timeout: graceMs, close: true }),
  };
}

async function startWork<Payload extends object>(
  boss: PgBoss,
  name: string,
  handler: (payload: Payload, context: JobContext) => Promise<void>,
  { concurrency = 1, signal, onExhausted }: WorkOptions<Payload>,
): Promise<void> {
  // A new job wakes its worker by NOTIFY; a retry whose pause is over is found by polling.
  const polling = {
    batchSize: 1,
    pollingIntervalSeconds: 2,
    notifyPollingIntervalSeconds: 2,
    includeMetadata: true,
  } as const;
  const options = { ...polling, localConcurrency: concurrency };
  await boss.work<Payload, void, typeof options>(name, options, async (jobs) => {
    for (const job of jobs) {
      await handler(job.data, { jobId: job.id, attempt: job.retryCount, signal: job.signal });
    }
  });
  if (onExhausted !== undefined) {
    await boss.work<Payload, void, typeof polling>(deadQueue(name), polling, async (jobs) => {
      for (const job of jobs) await onExhausted(job.data, reasonOf(job));
    });
  }
  signal?.addEventListener('abort', () => void boss.offWork(name), { once: true });
}
