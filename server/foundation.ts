import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { createPasswordHasher, type PasswordHasher } from './accounts/password-hasher.ts';
import { openSecretBox, type SecretBox } from './accounts/secret-box.ts';
import { confirmSameKey } from './accounts/same-key.ts';
import { createLoadSignIn } from './accounts/session-store.ts';
import { createLoadToken } from './accounts/token-store.ts';
import { recordAudit } from './audit/record-audit.ts';
import type { ServerConfig } from './config.ts';
import type { RecordAudit } from './deps.ts';
import {
  accessTokenOf,
  createSessionCache,
  SessionEnd,
  type SessionCache,
  sessionTokenOf,
  type SignIn,
  tokenDigest,
} from './http/authenticate.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import type { Database } from './storage/database.ts';
import type { Notices } from './storage/notices.ts';

/** What every noun may ask for. Nouns take the part that they need as their first parameter. */
export interface Foundation {
  readonly config: ServerConfig;
  readonly database: Database;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly sessions: SessionCache;
  /** The same for access tokens, asked with the Authorization header. `sessions.drop` reaches it too. */
  readonly tokens: Pick<SessionCache, 'peek' | 'lastKnown' | 'identify'>;
  /** Tells of every `sessions.drop`: what lives longer than a request ends with its sign-in. */
  readonly sessionEnds: { subscribe(listener: (end: SessionEnd) => void): () => void };
  /** The sign-in of a Cookie header as the database has it now; asking does not keep it alive. */
  readonly checkSignIn: (cookieHeader: string | undefined) => Promise<SignIn | undefined>;
  readonly passwords: PasswordHasher;
  readonly secrets: SecretBox;
  readonly recordAudit: RecordAudit;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: () => string;
}

export interface FoundationNeeds {
  readonly config: ServerConfig;
  readonly database: Database;
  readonly notices: Pick<Notices, 'send' | 'listen'>;
  readonly log: Logger;
  readonly now?: () => number;
}

/** Under this topic processes tell each other which sign-ins are over. */
const SESSIONS = 'sessions';

/** People by cookie and programs by token; what ends, ends in both. */
function createCredentialCaches(
  { config, database, notices }: FoundationNeeds,
  now: () => number,
): Pick<Foundation, 'sessions' | 'tokens' | 'sessionEnds'> {
  const listeners = new Set<(end: SessionEnd) => void>();
  const acceptPlain = !config.secureCookies;
  const cookies = createSessionCache({
    loadSignIn: createLoadSignIn({ database, now }),
    now,
    acceptPlain,
  });
  const tokens = createSessionCache({
    loadSignIn: createLoadToken({ database, now }),
    now,
    acceptPlain,
    readToken: accessTokenOf,
  });
  const dropHere: SessionCache['drop'] = (end) => {
    cookies.drop(end);
    tokens.drop(end);
    for (const listener of listeners) listener(end);
  };
  const sessionEnds: Foundation['sessionEnds'] = {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const drop: SessionCache['drop'] = (end) => {
    dropHere(end);
    notices.send(SESSIONS, JSON.stringify(end));
  };
  notices.listen(
    SESSIONS,
    (text) => dropHere(SessionEnd.parse(JSON.parse(text))),
    () => dropHere({ kind: 'all' }),
  );
  return { sessions: { ...cookies, drop }, tokens, sessionEnds };
}

function signInChecker(
  database: Database,
  now: () => number,
  acceptPlain: boolean,
): Foundation['checkSignIn'] {
  const load = createLoadSignIn({ database, now, countsAsUse: false });
  return async (cookieHeader) => {
    const token = sessionTokenOf(cookieHeader, acceptPlain);
    return token === undefined ? undefined : await load(tokenDigest(token));
  };
}

/** The key of second factors lies outside the database; processes on one database must hold the same. */
async function openSharedSecrets({ config, database }: FoundationNeeds): Promise<SecretBox> {
  const secrets = await openSecretBox(config.secretsDir);
  await confirmSameKey({ database, secretsDir: config.secretsDir }, secrets);
  return secrets;
}

export async function layFoundation(needs: FoundationNeeds): Promise<Foundation> {
  const { config, database, log, now = Date.now } = needs;
  const metrics = createMetrics();
  metrics.gauge('farscope_database_connections', 'Open database connections', () =>
    Math.max(0, database.counts().total),
  );
  metrics.gauge(
    'farscope_database_waiting',
    'Pieces of work that wait for a database connection',
    () => database.counts().waiting,
  );
  return {
    config,
    database,
    log,
    metrics,
    ...createCredentialCaches(needs, now),
    checkSignIn: signInChecker(database, now, !config.secureCookies),
    passwords: createPasswordHasher(),
    secrets: await openSharedSecrets(needs),
    recordAudit,
    now,
    newId: randomUUID,
  };
}
