import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { createPasswordHasher, type PasswordHasher } from './accounts/password-hasher.ts';
import { openSecretBox, type SecretBox } from './accounts/secret-box.ts';
import { createLoadSignIn } from './accounts/session-store.ts';
import { createLoadToken } from './accounts/token-store.ts';
import { recordAudit } from './audit/record-audit.ts';
import type { ServerConfig } from './config.ts';
import type { RecordAudit } from './deps.ts';
import { accessTokenOf, createSessionCache, type SessionCache } from './http/authenticate.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import type { Database } from './storage/database.ts';

/** What every noun may ask for. Nouns take the part that they need as their first parameter. */
export interface Foundation {
  readonly config: ServerConfig;
  readonly database: Database;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly sessions: SessionCache;
  /** The same for access tokens, asked with the Authorization header. `sessions.drop` reaches it too. */
  readonly tokens: Pick<SessionCache, 'peek' | 'lastKnown' | 'identify'>;
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
  readonly log: Logger;
  readonly now?: () => number;
}

/** People by cookie and programs by token; what ends, ends in both. */
function createCredentialCaches(
  database: Database,
  now: () => number,
  acceptPlain: boolean,
): Pick<Foundation, 'sessions' | 'tokens'> {
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
  const drop: SessionCache['drop'] = (end) => {
    cookies.drop(end);
    tokens.drop(end);
  };
  return { sessions: { ...cookies, drop }, tokens };
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
    ...createCredentialCaches(database, now, !config.secureCookies),
    passwords: createPasswordHasher(),
    secrets: await openSecretBox(config.secretsDir),
    recordAudit,
    now,
    newId: randomUUID,
  };
}
