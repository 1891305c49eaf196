import type { Logger } from 'pino';
import type { SessionCache } from './authenticate.ts';
import type { Metrics } from './metrics.ts';
import type { RateLimiter } from './rate-limit.ts';
import type { Resources } from './resources.ts';
import type { SlowBodyLimits } from './slow-body.ts';
import type { StaticFiles } from './static-files.ts';

/** What the HTTP floor needs to serve the endpoint table. */
export interface AppDeps {
  readonly sessions: SessionCache;
  /** Access tokens that are in force, asked with the Authorization header. */
  readonly tokens: Pick<SessionCache, 'identify'>;
  readonly resources: Resources;
  readonly limits: {
    readonly signed: RateLimiter;
    readonly unsigned: RateLimiter;
    readonly token: RateLimiter;
  };
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newRequestId: () => string;
  /** The built client; absent while Vite serves it. */
  readonly staticFiles: StaticFiles | undefined;
  /** Whose X-Forwarded-* headers count, as Express reads it; false: nobody's. */
  readonly trustProxy: boolean | number | string;
  /** Cookies are Secure even when the request seems to come over plain http. */
  readonly secureCookies: boolean;
  readonly metricsToken: string | undefined;
  readonly slowBody: SlowBodyLimits;
}
