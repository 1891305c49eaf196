import { fork } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { AccountId, HospitalId, ShareId, SlideId } from '../../shared/ids.ts';
import type { RecordAudit } from '../deps.ts';
import { inScope, SYSTEM, type Database, type DatabaseTransaction } from '../storage/database.ts';
import { toJsonColumn } from '../storage/json-column.ts';
import type { TakenIn } from '../take-in.ts';
import { DEMO_BORROWER, DEMO_UPLOADER } from './demo-alliance.ts';
import type { FromMaker, MadeSlide, MakeOrder } from './make-slides-process.ts';

export interface SeedDeps {
  readonly database: Database;
  readonly recordAudit: RecordAudit;
  readonly ingestLocalFiles: (original: {
    readonly files: readonly { readonly path: string; readonly at: string }[];
    readonly name: string;
    readonly hospitalId: HospitalId;
    readonly accountId: AccountId;
    readonly stain: string | null;
  }) => Promise<TakenIn>;
  /** Where the files are made; removed when they are taken in. */
  readonly folder: string;
  readonly size: 'full' | 'small';
  /** What a person at the terminal reads. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

const MAKER = fileURLToPath(new URL('./make-slides-process.ts', import.meta.url));
const SETTING = 'demo-slides';

interface Place {
  readonly accountId: AccountId;
  readonly hospitalId: HospitalId;
  readonly borrowerId: HospitalId;
}

/** Whose the slides are; undefined: there is no demo alliance here, or its slides are there already. */
async function findPlace(transaction: DatabaseTransaction): Promise<Place | undefined> {
  const settings = await transaction
    .selectFrom('settings')
    .select('key')
    .where('key', '=', SETTING)
    .executeTakeFirst();
  const account = await transaction
    .selectFrom('accounts')
    .select(['id', 'hospital_id'])
    .where('username', '=', DEMO_UPLOADER)
    .executeTakeFirst();
  const borrower = await transaction
    .selectFrom('hospitals')
    .select('id')
    .where('code', '=', DEMO_BORROWER)
    .executeTakeFirst();
  if (settings !== undefined || account === undefined || borrower === undefined) return undefined;
  return { accountId: account.id, hospitalId: account.hospital_id, borrowerId: borrower.id };
}

/** A line for each tenth of the way. */
function sayTenths(say: SeedDeps['say']): (done: number, fileName: string) => void {
  let said = -1;
  return (done, fileName) => {
    const tenth = Math.floor(done * 10);
    if (tenth <= said) return;
    said = tenth;
    say(`  ${String(tenth * 10).padStart(3)} %  ${fileName}`);
  };
}

/** Draws the slides in a process of its own: it takes a core for a while, and readers must not wait. */
function makeFiles(deps: SeedDeps, order: MakeOrder): Promise<readonly MadeSlide[]> {
  const child = fork(MAKER, [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    signal: deps.signal,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const onProgress = sayTenths(deps.say);
  return new Promise((resolve, reject) => {
    child.on('message', (message: FromMaker) => {
      if (message.kind === 'progress') onProgress(message.done, message.fileName);
      else resolve(message.slides);
    });
    child.once('error', reject);
    child.once('exit', (status, signal) => {
      reject(new Error(`drawing the demo slides ended early (${signal ?? status})`));
    });
    child.send(order);
  });
}

async function lend(
  deps: SeedDeps,
  transaction: DatabaseTransaction,
  slideId: SlideId,
  place: Place,
): Promise<void> {
  const lent = await transaction
    .selectFrom('slide_shares')
    .select('id')
    .where('slide_id', '=', slideId)
    .executeTakeFirst();
  if (lent !== undefined) return;
  await transaction
    .insertInto('slide_shares')
    .values({
      id: ShareId.parse(randomUUID()),
      slide_id: slideId,
      hospital_id: place.borrowerId,
      include_label: false,
      granted_by: place.accountId,
      expires_at: null,
      revoked_at: null,
    })
    .execute();
  await deps.recordAudit(transaction, {
    action: 'slide.share',
    subject: `slide:${slideId}`,
    accountId: place.accountId,
    hospitalId: place.hospitalId,
    detail: { to: place.borrowerId, demo: true },
  });
}

async function takeIn(deps: SeedDeps, place: Place, made: MadeSlide): Promise<void> {
  const { slideId } = await deps.ingestLocalFiles({
    files: made.files,
    name: `${made.nameZh} · ${made.nameEn}`,
    hospitalId: place.hospitalId,
    accountId: place.accountId,
    stain: made.stain,
  });
  await inScope(deps.database, SYSTEM, (transaction) => lend(deps, transaction, slideId, place));
}

/**
 * On the first run of the demo alliance draws its slides and takes them in by the way of every slide. After a
 * kill it begins again; what was taken in is recognised by its content.
 */
export async function seedDemoSlides(deps: SeedDeps): Promise<void> {
  const place = await inScope(deps.database, SYSTEM, findPlace);
  if (place === undefined) return;
  deps.say('正在绘制示范切片（仅首次）  Drawing the demo slides (first run only)');
  await rm(deps.folder, { recursive: true, force: true });
  const slides = await makeFiles(deps, { outDir: deps.folder, small: deps.size === 'small' });
  for (const slide of slides) {
    await takeIn(deps, place, slide);
    deps.say(`  ✓ ${slide.nameZh}  ${slide.nameEn}`);
  }
  await inScope(deps.database, SYSTEM, (transaction) =>
    transaction
      .insertInto('settings')
      .values({ key: SETTING, value: toJsonColumn<unknown>({ count: slides.length }) })
      .execute(),
  );
  await rm(deps.folder, { recursive: true, force: true });
  deps.say('示范切片已就绪  The demo slides are there');
}
