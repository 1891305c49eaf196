import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { buildServer } from '../../server/app.ts';
import { readConfig } from '../../server/config.ts';
import { blobFolder, openEngines, type Engines } from '../../server/engines.ts';
import { type Foundation, layFoundation } from '../../server/foundation.ts';
import { loadStaticFiles } from '../../server/http/static-files.ts';
import { createDecodePool } from '../../server/imaging/decode-pool.ts';
import { takeInWith } from '../../server/ingest/take-in.ts';
import { JOB_KINDS, openNouns } from '../../server/nouns.ts';
import { openOriginal } from '../../server/slides/open-original.ts';
import { inScope, SYSTEM } from '../../server/storage/database.ts';
import { AccountId, HospitalId, type SlideId } from '../../shared/ids.ts';

/** The product as it is started by its users, on a data folder of its own; started with orders, not by hand. */
export interface ProductOrder {
  readonly kind: 'take-in' | 'memory' | 'cpu';
  readonly path?: string;
}

export interface ProductReply {
  readonly slideId?: SlideId;
  /** Resident memory of the server process and of its decode processes together. */
  readonly serverBytes?: number;
  readonly decodeBytes?: number;
  /** Processor time of the server and its decode processes since their start. */
  readonly cpuMs?: number;
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
      const file = { path: 'slide.tiff', bytes, lastModified: 0, stagedAt: path };
      const { hospitalId, accountId } = owner;
      const original = {
        hospitalId,
        accountId,
        name: 'Bench',
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

async function start() {
  const config = readConfig({ ...process.env, FARSCOPE_DEMO: '0' });
  const log = pino({ level: 'info' }, pino.destination('/dev/null'));
  const engines = await openEngines({ config, jobKinds: JOB_KINDS, log: () => undefined });
  const { database } = engines;
  const foundation = await layFoundation({ config, database, log });
  const nouns = await openNouns(foundation, engines);
  const http = buildServer(foundation, {
    version: 'bench',
    nouns,
    staticFiles: existsSync(config.clientDir) ? await loadStaticFiles(config.clientDir) : undefined,
    demoSignIns: () => Promise.resolve([]),
    isStopping: () => false,
  });
  const owner = await makeReader(foundation);
  const port = await http.listen(config.port, '127.0.0.1');
  const cookie = await signIn(port, owner.username);
  const taker = slideTaker(foundation, engines);
  const carryOut = async (order: ProductOrder): Promise<ProductReply> => {
    if (order.kind === 'take-in') return await taker.take(order.path ?? '', owner);
    const pids = decodeProcesses();
    if (order.kind === 'cpu') return { cpuMs: ownCpuMs() + sumOf(pids, processorMs) };
    return {
      serverBytes: residentBytes(process.pid),
      decodeBytes: sumOf(pids, residentBytes),
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
