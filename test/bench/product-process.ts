import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pino } from 'pino';
import { buildServer } from '../../server/app.ts';
import { readConfig } from '../../server/config.ts';
import { blobFolder, openEngines, type Engines } from '../../server/engines.ts';
import { type Foundation, layFoundation } from '../../server/foundation.ts';
import { createDecodePool } from '../../server/imaging/decode-pool.ts';
import { takeInWith } from '../../server/ingest/take-in.ts';
import { JOB_KINDS, openNouns } from '../../server/nouns.ts';
import { openOriginal } from '../../server/slides/open-original.ts';
import { TILE_SHARE } from '../../server/slides/tile-share.ts';
import { inScope, SYSTEM } from '../../server/storage/database.ts';
import { AccountId, HospitalId, type SlideId } from '../../shared/ids.ts';
import { NOBODY_ELSE } from '../../server/storage/notices.ts';
import { makeReaders, type ReadersPlan } from './readers/make-readers.ts';

/** The product as it is started by its users, on a data folder of its own; started with orders, not by hand. */
export interface ProductOrder {
  readonly kind: 'take-in' | 'take-in-files' | 'memory' | 'cpu' | 'readers' | 'vitals';
  readonly path?: string;
  /** Of one slide: what it is called inside, and where it lies. */
  readonly files?: readonly { readonly path: string; readonly at: string }[];
  readonly readers?: ReadersPlan;
}

export interface ProductReply {
  readonly slideId?: SlideId;
  /** Resident memory of the server process and of its decode processes together. */
  readonly serverBytes?: number;
  readonly decodeBytes?: number;
  /** Processor time of the server and its decode processes since their start. */
  readonly cpuMs?: number;
  /** Of those processor times, what the decode processes took. */
  readonly decodeCpuMs?: number;
  /** Of readers that were made and signed in. */
  readonly cookies?: readonly string[];
  /** Since 'vitals' was last asked for. */
  readonly loopDelay?: { readonly p99Ms: number; readonly maxMs: number };
}

type Owner = Awaited<ReturnType<typeof makeReader>>;

const PASSWORD = randomBytes(16).toString('hex');
const CHUNK_BYTES = 1 << 20;

/** A new account at each start, in the same hospital: the slides stay theirs. */
async function makeReader({ database, passwords }: Foundation) {
  const accountId = AccountId.parse(randomUUID());
  const username = `reader-${accountId}`;
  const hash = await passwords.hash(PASSWORD);
  const hospitalId = await inScope(database, SYSTEM, async (transaction) => {
    const hospital = {
      id: HospitalId.parse(randomUUID()),
      code: 'BENCH',
      name_zh: '基准',
      name_en: 'Bench',
    };
    await transaction
      .insertInto('hospitals')
      .values(hospital)
      .onConflict((conflict) => conflict.column('code').doNothing())
      .execute();
    const { id } = await transaction
      .selectFrom('hospitals')
      .select('id')
      .where('code', '=', hospital.code)
      .executeTakeFirstOrThrow();
    await transaction
      .insertInto('accounts')
      .values({
        id: accountId,
        username,
        display_name: 'Reader',
        role: 'pathologist',
        hospital_id: id,
        password_hash: hash,
      })
      .execute();
    return id;
  });
  return { hospitalId, accountId, username };
}

async function signIn(port: number, username: string): Promise<string> {
  const reply = await fetch(`http://127.0.0.1:${port}/api/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Farscope': '1' },
    body: JSON.stringify({ username, password: PASSWORD }),
  });
  if (reply.status !== 200) throw new Error(`sign-in: ${await reply.text()}`);
  return (reply.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
}

/** As an upload does it, without hashing gigabytes. */
function slideTaker(foundation: Foundation, { database, blobs, jobs }: Engines) {
  const decode = createDecodePool({ workers: 1 });
  const scratchFolder = join(foundation.config.dataDir, 'bench-scratch');
  const takeIn = takeInWith({
    database,
    blobs,
    jobs,
    openOriginal: (files) => openOriginal({ decode, scratchFolder }, files, randomUUID()),
    newId: randomUUID,
    log: () => undefined,
  });
  return {
    close: () => decode.close(),
    take: async (path: string, owner: Owner) => {
      const bytes = statSync(path).size;
      const file = {
        path: 'slide.tiff',
        bytes,
        lastModified: 0,
        staged: { kind: 'file' as const, at: path },
      };
      const { hospitalId, accountId } = owner;
      const original = {
        hospitalId,
        accountId,
        name: 'Bench',
        slideId: null,
        stain: null,
        chunkBytes: CHUNK_BYTES,
      };
      const contentDigest = randomBytes(32).toString('hex');
      const settle = () => Promise.resolve();
      return await takeIn({ ...original, contentDigest, files: [file] }, settle);
    },
  };
}

function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1_024;
}

/** User and system time, in hundredths of a second (proc(5), fields 14 and 15). */
function processorMs(pid: number): number {
  const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ');
  const fields = rest.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Of this process; PostgreSQL is not among them. */
function decodeProcesses(): number[] {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');
  return children
    .split(' ')
    .filter((pid) => pid !== '')
    .map(Number)
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('decode-worker'));
}

function sumOf(pids: readonly number[], measure: (pid: number) => number): number {
  return pids.reduce((sum, pid) => sum + measure(pid), 0);
}

function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Signs them in over HTTP, a few at a time: a password hash takes a core for a while. */
async function signInAll(port: number, usernames: readonly string[]): Promise<string[]> {
  const cookies: string[] = [];
  for (let from = 0; from < usernames.length; from += 4) {
    const some = usernames.slice(from, from + 4);
    cookies.push(...(await Promise.all(some.map((username) => signIn(port, username)))));
  }
  return cookies;
}

const DELAY_RESOLUTION_MS = 10;

/** How late the server's own timers are: what every request waits at least. */
function watchLoop() {
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  const ms = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - DELAY_RESOLUTION_MS);
  return () => {
    const read = { p99Ms: ms(delay.percentile(99)), maxMs: ms(delay.max) };
    delay.enable();
    delay.reset();
    return read;
  };
}

/** One account that asks for thousands of tiles a second is a flood, except where just that is measured. */
function tileRules(): Parameters<typeof openNouns>[2] {
  return process.env['BENCH_LIMITS'] === 'none'
    ? { tileShare: { ...TILE_SHARE, rate: { perSecond: 1e9, burst: 1e9 } } }
    : {};
}

async function start() {
  const config = readConfig({ ...process.env, FARSCOPE_DEMO: '0' });
  const log = pino({ level: 'info' }, pino.destination('/dev/null'));
  const engines = await openEngines({ config, jobKinds: JOB_KINDS, log: () => undefined });
  const { database } = engines;
  const foundation = await layFoundation({ notices: NOBODY_ELSE, config, database, log });
  const nouns = await openNouns(foundation, engines, tileRules());
  const http = buildServer(foundation, {
    version: 'bench',
    nouns,
    staticFiles: undefined,
    demoSignIns: () => Promise.resolve([]),
    isStopping: () => false,
  });
  const owner = await makeReader(foundation);
  const port = await http.listen(config.port, '127.0.0.1');
  const cookie = await signIn(port, owner.username);
  const taker = slideTaker(foundation, engines);
  const loopDelay = watchLoop();
  const takeInFiles = (files: NonNullable<ProductOrder['files']>) =>
    nouns.ingestLocalFiles({ ...owner, files, name: 'Bench', stain: null });
  const carryOut = async (order: ProductOrder): Promise<ProductReply> => {
    if (order.kind === 'take-in') return await taker.take(order.path ?? '', owner);
    if (order.kind === 'take-in-files') return await takeInFiles(order.files ?? []);
    if (order.kind === 'readers' && order.readers !== undefined) {
      const hash = await foundation.passwords.hash(PASSWORD);
      const usernames = await makeReaders(foundation, hash, order.readers);
      return { cookies: await signInAll(port, usernames) };
    }
    const pids = decodeProcesses();
    const decodeCpuMs = sumOf(pids, processorMs);
    return {
      cpuMs: ownCpuMs() + decodeCpuMs,
      decodeCpuMs,
      serverBytes: residentBytes(process.pid),
      decodeBytes: sumOf(pids, residentBytes),
      ...(order.kind === 'vitals' ? { loopDelay: loopDelay() } : {}),
    };
  };
  process.on('message', (order) => {
    void carryOut(order as ProductOrder).then((reply) => process.send?.(reply));
  });
  process.on('disconnect', () => {
    void http
      .stop(100)
      .then(() => Promise.all([nouns.close(), taker.close()]))
      .then(() => engines.close())
      .finally(() => process.exit(0));
  });
  process.send?.({ port, cookie, staging: join(blobFolder(config.dataDir), '.staging') });
}

await start();
