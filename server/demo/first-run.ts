import { AccountId, HospitalId } from '../../shared/ids.ts';
import type { DemoSignIn } from '../http/system-handlers.ts';
import { inScope, SYSTEM, type Database, type DatabaseTransaction } from '../storage/database.ts';
import { toJsonColumn } from '../storage/json-column.ts';
import {
  DEMO_ACCOUNTS,
  DEMO_HOSPITALS,
  type DemoAccount,
  type DemoHospital,
} from './demo-alliance.ts';
import {
  makePassword,
  readFirstSignIns,
  removeFirstSignIns,
  writeFirstSignIns,
  type FirstSignIns,
} from './first-sign-ins.ts';

export interface FirstRunDeps {
  readonly database: Database;
  readonly passwords: { hash(password: string): Promise<string> };
  readonly secretsDir: string;
  /** Whether an empty database gets the demo alliance, and whether its sign-ins may be shown. */
  readonly demo: boolean;
  readonly newId: () => string;
}

const FIRST_HOSPITAL: DemoHospital = {
  code: 'HOSPITAL-1',
  nameZh: '本院（请改名）',
  nameEn: 'Our hospital (rename it)',
};
const FIRST_ADMINISTRATOR: DemoAccount = {
  username: 'admin',
  role: 'administrator',
  hospitalCode: FIRST_HOSPITAL.code,
  nameZh: '系统管理员',
  nameEn: 'Administrator',
};

interface FirstSet {
  readonly kind: FirstSignIns['kind'];
  readonly hospitals: readonly DemoHospital[];
  readonly accounts: readonly DemoAccount[];
}

function firstSet(demo: boolean): FirstSet {
  return demo
    ? { kind: 'demo', hospitals: DEMO_HOSPITALS, accounts: DEMO_ACCOUNTS }
    : { kind: 'administrator', hospitals: [FIRST_HOSPITAL], accounts: [FIRST_ADMINISTRATOR] };
}

async function hasAccounts({ database }: FirstRunDeps): Promise<boolean> {
  const row = await inScope(database, SYSTEM, (transaction) =>
    transaction.selectFrom('accounts').select('id').limit(1).executeTakeFirst(),
  );
  return row !== undefined;
}

async function makePasswords(deps: FirstRunDeps, set: FirstSet): Promise<FirstSignIns> {
  const signIns = await Promise.all(
    set.accounts.map(async ({ username }) => {
      const password = makePassword();
      return { username, password, passwordHash: await deps.passwords.hash(password) };
    }),
  );
  return { kind: set.kind, signIns };
}

async function insertSet(
  deps: FirstRunDeps,
  transaction: DatabaseTransaction,
  set: FirstSet,
  { signIns }: FirstSignIns,
): Promise<void> {
  const hospitals = new Map(
    set.hospitals.map(({ code }) => [code, HospitalId.parse(deps.newId())] as const),
  );
  const idOf = (code: string): HospitalId => {
    const id = hospitals.get(code);
    if (id === undefined) throw new Error(`no hospital ${code} in the first set`);
    return id;
  };
  await transaction
    .insertInto('hospitals')
    .values(
      set.hospitals.map(({ code, nameZh, nameEn }) => ({
        id: idOf(code),
        code,
        name_zh: nameZh,
        name_en: nameEn,
      })),
    )
    .execute();
  await transaction
    .insertInto('accounts')
    .values(
      set.accounts.map((account, index) => ({
        id: AccountId.parse(deps.newId()),
        username: account.username,
        display_name: `${account.nameZh} ${account.nameEn}`,
        role: account.role,
        hospital_id: idOf(account.hospitalCode),
        password_hash: signIns[index]?.passwordHash ?? '',
        must_change_password: set.kind === 'administrator',
      })),
    )
    .execute();
  await transaction
    .insertInto('settings')
    .values({ key: 'first-set', value: toJsonColumn<unknown>(set.kind) })
    .execute();
}

/**
 * On an empty database makes the demo alliance, or one administrator whose password must be changed. The
 * passwords are on disk before the accounts are: a kill in between loses neither, and the next start makes
 * new ones.
 */
export async function prepareFirstRun(deps: FirstRunDeps): Promise<void> {
  if (await hasAccounts(deps)) return;
  const set = firstSet(deps.demo);
  const passwords = await makePasswords(deps, set);
  await writeFirstSignIns(deps.secretsDir, passwords);
  await inScope(deps.database, SYSTEM, (transaction) =>
    insertSet(deps, transaction, set, passwords),
  );
}

/** Usernames whose first password is still the one in force. */
async function stillInForce(
  { database }: FirstRunDeps,
  { signIns }: FirstSignIns,
): Promise<Set<string>> {
  const rows = await inScope(database, SYSTEM, (transaction) =>
    transaction
      .selectFrom('accounts')
      .select(['username', 'password_hash'])
      .where(
        'username',
        'in',
        signIns.map(({ username }) => username),
      )
      .where('disabled_at', 'is', null)
      .execute(),
  );
  const hashes = new Map(rows.map((row) => [row.username, row.password_hash]));
  const same = signIns.filter(
    ({ username, passwordHash }) => hashes.get(username) === passwordHash,
  );
  return new Set(same.map(({ username }) => username));
}

function describeSignIn(username: string, password: string): DemoSignIn {
  const account = [...DEMO_ACCOUNTS, FIRST_ADMINISTRATOR].find((one) => one.username === username);
  return {
    username,
    password,
    role: account?.role ?? '',
    nameZh: account?.nameZh ?? username,
    nameEn: account?.nameEn ?? username,
  };
}

export interface KnownSignIns {
  readonly kind: FirstSignIns['kind'];
  readonly signIns: readonly DemoSignIn[];
}

/**
 * The sign-ins to print at start: of the demo alliance while it is wanted, of the first administrator until
 * the password is changed; then its file goes.
 */
export async function knownSignIns(deps: FirstRunDeps): Promise<KnownSignIns | undefined> {
  const first = await readFirstSignIns(deps.secretsDir);
  if (first === undefined) return undefined;
  if (first.kind === 'demo' && !deps.demo) return undefined;
  const inForce = await stillInForce(deps, first);
  if (first.kind === 'administrator' && inForce.size === 0) {
    await removeFirstSignIns(deps.secretsDir);
    return undefined;
  }
  const signIns = first.signIns
    .filter(({ username }) => inForce.has(username))
    .map(({ username, password }) => describeSignIn(username, password));
  return { kind: first.kind, signIns };
}

/** What the sign-in page may show: the demo alliance's only, never the first administrator's. */
export async function demoSignIns(deps: FirstRunDeps): Promise<readonly DemoSignIn[]> {
  const known = deps.demo ? await knownSignIns(deps) : undefined;
  return known?.kind === 'demo' ? known.signIns : [];
}
