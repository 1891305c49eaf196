import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { buildServer, type Nouns } from '../server/app.ts';
import { readConfig, type ServerConfig } from '../server/config.ts';
import { layFoundation, type Foundation } from '../server/foundation.ts';
import type { ConnectionLimits } from '../server/http/connection-bounds.ts';
import type { FloodRules } from '../server/http/flood-gate.ts';
import type { SlowBodyLimits } from '../server/http/slow-body.ts';
import type { StaticFiles } from '../server/http/static-files.ts';
import { inScope, SYSTEM, type Database } from '../server/storage/database.ts';
import type { TokenPurpose } from '../shared/access/token.ts';
import type { Account, Role } from '../shared/account/account.ts';
import type { EndpointName } from '../shared/api/endpoints.ts';
import { ENDPOINTS } from '../shared/api/endpoints.ts';
import { AppError } from '../shared/errors/app-error.ts';
import { AccountId, HospitalId } from '../shared/ids.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { NOBODY_ELSE } from '../server/storage/notices.ts';

export const TEST_PASSWORD = 'correct horse battery';

/** Somebody who calls the server, with the header of the own page and, signed in, the cookie. */
export interface TestCaller {
  readonly account: Account;
  readonly cookie: string;
  /** Like fetch, on a path. An object as `json` becomes a JSON body. */
  readonly fetch: (
    path: string,
    init?: RequestInit & { readonly json?: unknown },
  ) => Promise<Response>;
}

/** A program that calls with an access token. */
export interface TestProgram extends Pick<TestCaller, 'fetch'> {
  readonly id: string;
  readonly secret: string;
}

export interface TestServer {
  readonly url: string;
  readonly foundation: Foundation;
  readonly database: Database;
  readonly databases: TestDatabase;
  readonly dataDir: string;
  readonly hospitals: { readonly own: HospitalId; readonly other: HospitalId };
  /** Makes an account of this role, once for each hospital, and signs it in, once. */
  readonly as: (role: Role, hospital?: 'own' | 'other') => Promise<TestCaller>;
  /** A new account of its own, not yet signed in. */
  readonly makeAccount: (role: Role, hospital?: 'own' | 'other') => Promise<TestAccount>;
  readonly signIn: (username: string, password?: string) => Promise<TestCaller>;
  /** Makes an access token of this account and calls with it, without a cookie and without the header. */
  readonly withToken: (owner: TestCaller, purpose: TokenPurpose) => Promise<TestProgram>;
  readonly anonymous: Pick<TestCaller, 'fetch'>;
  /** What Express has mounted, for example 'GET /api/session'. */
  readonly routes: () => readonly string[];
  readonly logLines: () => readonly string[];
  readonly dispose: () => Promise<void>;
}

export interface TestAccount {
  readonly id: AccountId;
  readonly username: string;
}

/** Nouns of which a test needs only some; the others answer 'server.unavailable'. */
export interface PartialNouns extends Omit<Nouns, 'handlers' | 'resources'> {
  readonly handlers?: Partial<Nouns['handlers']>;
  readonly resources?: Partial<Nouns['resources']>;
  readonly dispose?: () => Promise<void>;
}

export interface TestServerOptions {
  readonly nouns?: (foundation: Foundation) => PartialNouns | Promise<PartialNouns>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly now?: () => number;
  readonly slowBody?: SlowBodyLimits;
  readonly floods?: FloodRules;
  readonly connections?: ConnectionLimits;
  readonly staticFiles?: StaticFiles;
}

/** Fills what a test did not bring, so that every route of the table is mounted. */
function completeNouns(partial: PartialNouns): Nouns {
  const absent = () => Promise.reject(new AppError('server.unavailable', 'not part of this test'));
  const names = Object.keys(ENDPOINTS).filter((name) => /^(slide|upload|interop)\./.test(name));
  const handlers = Object.fromEntries(names.map((name) => [name as EndpointName, absent]));
  const nothing = () => Promise.resolve(undefined);
  return {
    ...partial,
    handlers: { ...handlers, ...partial.handlers } as Nouns['handlers'],
    resources: { slide: nothing, upload: nothing, ...partial.resources },
  };
}

/** Like fetch, with the header that says that the call comes from the own page. */
function callerOf(url: string, cookie: string | undefined): TestCaller['fetch'] {
  return (path, { json, ...init } = {}) => {
    const headers = new Headers(init.headers);
    headers.set('X-Farscope', '1');
    if (cookie !== undefined) headers.set('Cookie', cookie);
    if (json !== undefined) headers.set('Content-Type', 'application/json');
    const body = json === undefined ? {} : { body: JSON.stringify(json) };
    return fetch(url + path, { redirect: 'manual', ...init, ...body, headers });
  };
}

async function makeToken(
  url: string,
  owner: TestCaller,
  purpose: TokenPurpose,
): Promise<TestProgram> {
  const json = { name: `to ${purpose}`, purpose, days: 30 };
  const reply = await owner.fetch('/api/session/tokens', { method: 'POST', json });
  if (reply.status !== 200) throw new Error(`token: ${reply.status} ${await reply.text()}`);
  const { token, secret } = (await reply.json()) as { token: { id: string }; secret: string };
  const call: TestCaller['fetch'] = (path, { json: value, ...init } = {}) => {
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer ${secret}`);
    if (value !== undefined) headers.set('Content-Type', 'application/json');
    const body = value === undefined ? {} : { body: JSON.stringify(value) };
    return fetch(url + path, { redirect: 'manual', ...init, ...body, headers });
  };
  return { id: token.id, secret, fetch: call };
}

async function makeHospitals(database: Database): Promise<TestServer['hospitals']> {
  const own = HospitalId.parse(randomUUID());
  const other = HospitalId.parse(randomUUID());
  const values = [
    { id: own, code: 'T-OWN', name_zh: '测试医院甲', name_en: 'Test Hospital A' },
    { id: other, code: 'T-OTHER', name_zh: '测试医院乙', name_en: 'Test Hospital B' },
  ];
  await inScope(database, SYSTEM, (transaction) =>
    transaction.insertInto('hospitals').values(values).execute(),
  );
  return { own, other };
}

async function insertAccount(
  database: Database,
  row: { role: Role; hospitalId: HospitalId; passwordHash: string; username: string },
): Promise<TestAccount> {
  const id = AccountId.parse(randomUUID());
  await inScope(database, SYSTEM, (transaction) =>
    transaction
      .insertInto('accounts')
      .values({
        id,
        username: row.username,
        display_name: `Test ${row.role}`,
        role: row.role,
        hospital_id: row.hospitalId,
        password_hash: row.passwordHash,
      })
      .execute(),
  );
  return { id, username: row.username };
}

async function signInAt(url: string, username: string, password: string): Promise<TestCaller> {
  const reply = await callerOf(url, undefined)('/api/session', {
    method: 'POST',
    json: { username, password },
  });
  if (reply.status !== 200) throw new Error(`sign-in: ${reply.status} ${await reply.text()}`);
  const cookie = (reply.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
  return { account: (await reply.json()) as Account, cookie, fetch: callerOf(url, cookie) };
}

interface RouteLayer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
}

function routesOf(app: ReturnType<typeof buildServer>['app']): string[] {
  const layers = (app as unknown as { router: { stack: readonly RouteLayer[] } }).router.stack;
  return layers.flatMap(({ route }) =>
    Object.keys(route?.methods ?? {}).map((method) => `${method.toUpperCase()} ${route?.path}`),
  );
}

function testConfig(dataDir: string, environment: Readonly<Record<string, string>>): ServerConfig {
  return readConfig({ DATA_DIR: dataDir, PORT: '0', FARSCOPE_DEMO: '0', ...environment });
}

/** People of two hospitals, made when they are asked for. */
function people(url: string, foundation: Foundation, hospitals: TestServer['hospitals']) {
  const hash = foundation.passwords.hash(TEST_PASSWORD);
  const signedIn = new Map<string, Promise<TestCaller>>();
  let made = 0;
  const makeAccount: TestServer['makeAccount'] = async (role, hospital = 'own') =>
    insertAccount(foundation.database, {
      role,
      hospitalId: hospitals[hospital],
      passwordHash: await hash,
      username: `${role}-${hospital}-${++made}`,
    });
  const signIn: TestServer['signIn'] = (username, password = TEST_PASSWORD) =>
    signInAt(url, username, password);
  const as: TestServer['as'] = (role, hospital = 'own') => {
    const key = `${role} ${hospital}`;
    const caller =
      signedIn.get(key) ?? makeAccount(role, hospital).then((account) => signIn(account.username));
    signedIn.set(key, caller);
    return caller;
  };
  return { as, makeAccount, signIn };
}

/**
 * The real server on a port of its own with a real database and data folder of its own. Its clock can be
 * given; two hospitals are there from the start.
 */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'farscope-test-'));
  const databases = await createTestDatabase();
  const logLines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void logLines.push(line) });
  const { database } = databases;
  const config = testConfig(dataDir, options.environment ?? {});
  const { now, slowBody, floods, connections } = options;
  const foundation = await layFoundation({
    notices: NOBODY_ELSE,
    config,
    database,
    log,
    ...(now === undefined ? {} : { now }),
  });
  const partial = (await options.nouns?.(foundation)) ?? {};
  const http = buildServer(foundation, {
    version: 'test',
    nouns: completeNouns(partial),
    staticFiles: options.staticFiles,
    demoSignIns: () => Promise.resolve([]),
    isStopping: () => false,
    ...(slowBody === undefined ? {} : { slowBody }),
    ...(floods === undefined ? {} : { floods }),
    ...(connections === undefined ? {} : { connections }),
  });
  const port = await http.listen(config.port, '127.0.0.1');
  const url = `http://127.0.0.1:${port}`;
  const hospitals = await makeHospitals(database);
  return {
    url,
    foundation,
    database,
    databases,
    dataDir,
    hospitals,
    ...people(url, foundation, hospitals),
    withToken: (owner, purpose) => makeToken(url, owner, purpose),
    anonymous: { fetch: callerOf(url, undefined) },
    routes: () => routesOf(http.app),
    logLines: () => logLines,
    dispose: async () => {
      await http.stop(500);
      await partial.dispose?.();
      foundation.metrics.close();
      await databases.dispose();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
