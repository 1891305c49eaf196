import type { SessionCache } from '../http/authenticate.ts';
import type { Metrics } from '../http/metrics.ts';
import type { RateLimiter } from '../http/rate-limit.ts';
import type { RecordAudit } from '../deps.ts';
import type { Database } from '../storage/database.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { SecretBox } from './secret-box.ts';

/** Guesses at passwords and codes, counted apart. */
export interface GuessLimits {
  /** Key: account name and address together, so that nobody can lock out somebody else. */
  readonly accountAndAddress: RateLimiter;
  readonly address: RateLimiter;
  /** Key: account id. Reached only with the right password, or from inside a sign-in. */
  readonly account: RateLimiter;
}

export interface AccountDeps {
  readonly database: Database;
  readonly sessions: SessionCache;
  readonly passwords: PasswordHasher;
  readonly secrets: SecretBox;
  readonly guesses: GuessLimits;
  readonly recordAudit: RecordAudit;
  readonly metrics: Pick<Metrics, 'signIn'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: () => string;
  /** Whether the cookie of plain http counts. */
  readonly acceptPlainCookie: boolean;
}
