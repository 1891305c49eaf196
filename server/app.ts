import { randomUUID } from 'node:crypto';
import type { Express } from 'express';
import { accountHandlers, loadAccountResource } from './accounts/account-handlers.ts';
import { createGuessLimits } from './accounts/guess-limits.ts';
import { keepAnAdministrator } from './accounts/manage-account.ts';
import { sessionHandlers } from './accounts/session-handlers.ts';
import { tokenHandlers } from './accounts/token-handlers.ts';
import { totpHandlers } from './accounts/totp-handlers.ts';
import { ENDPOINTS } from '../shared/api/endpoints.ts';
import type { Foundation } from './foundation.ts';
import { hospitalHandlers, loadHospitalResource } from './hospitals/hospital-handlers.ts';
import { createApp } from './http/create-app.ts';
import type { TrustHop } from './http/client-address.ts';
import { connectionLimitsFor, type ConnectionLimits } from './http/connection-bounds.ts';
import { createServer, type FastPath, type HttpServer } from './http/create-server.ts';
import { createFloodGate, type FloodRules } from './http/flood-gate.ts';
import { type AcceptSocket, createUpgradeRoute } from './http/socket-upgrade.ts';
import type { Handlers } from './http/handler.ts';
import { createRateLimiter, SIGNED_LIMIT, TOKEN_LIMIT, UNSIGNED_LIMIT } from './http/rate-limit.ts';
import type { Resources } from './http/resources.ts';
import { SLOW_BODY, type SlowBodyLimits } from './http/slow-body.ts';
import type { StaticFiles } from './http/static-files.ts';
import { systemHandlers, type DemoSignIn, type ReadyCheck } from './http/system-handlers.ts';

type SlideOrUpload = Extract<
  keyof Handlers,
  | `slide.${string}`
  | `upload.${string}`
  | `interop.${string}`
  | `rescan.${string}`
  | `live.${string}`
>;

/** What the nouns above accounts bring. */
export interface Nouns {
  readonly handlers: Pick<Handlers, SlideOrUpload>;
  readonly resources: Pick<Resources, 'slide' | 'upload'>;
  /** Answers tiles before Express is asked. */
  readonly fast?: FastPath | undefined;
  readonly readyChecks?: Readonly<Record<string, ReadyCheck>>;
  /** Takes over connections that were admitted to the live channel, and ends them all. */
  readonly sockets?: { readonly accept: AcceptSocket; readonly closeAll: () => void };
}

export interface ServerParts {
  readonly version: string;
  readonly nouns: Nouns;
  readonly staticFiles: StaticFiles | undefined;
  readonly demoSignIns: () => Promise<readonly DemoSignIn[]>;
  readonly isStopping: () => boolean;
  readonly slowBody?: SlowBodyLimits;
  readonly floods?: FloodRules;
  readonly connections?: ConnectionLimits;
}

function peopleHandlers(foundation: Foundation) {
  const accounts = {
    ...foundation,
    guesses: createGuessLimits(foundation),
    acceptPlainCookie: !foundation.config.secureCookies,
  };
  return {
    ...sessionHandlers(accounts),
    ...totpHandlers(accounts),
    ...accountHandlers(accounts),
    ...tokenHandlers(accounts),
    ...hospitalHandlers({
      ...foundation,
      keepAnAdministrator,
      dropSignIns: () => foundation.sessions.drop({ kind: 'all' }),
    }),
  };
}

function rateLimiters() {
  return {
    signed: createRateLimiter(SIGNED_LIMIT),
    unsigned: createRateLimiter(UNSIGNED_LIMIT),
    token: createRateLimiter(TOKEN_LIMIT),
  };
}

/** The live channel beside the routes, by the same table, limits and sign-ins. */
function upgradeOf(
  { sessions, log }: Foundation,
  { nouns, isStopping }: ServerParts,
  app: Express,
  limits: ReturnType<typeof rateLimiters>,
) {
  const name = 'live.socket';
  return createUpgradeRoute({
    sessions,
    log,
    limits,
    isStopping,
    newRequestId: randomUUID,
    endpoint: [name, ENDPOINTS[name]],
    accept: nouns.sockets?.accept ?? ((_request, socket) => void socket.destroy()),
    // Express has compiled the setting; its types do not know this one.
    trusts: app.get('trust proxy fn') as (address: string, hop: number) => boolean,
  });
}

/** The whole server: every noun's handlers, the HTTP floor around them, one port. */
export function buildServer(
  foundation: Foundation,
  parts: ServerParts,
): HttpServer & { readonly app: Express } {
  const { config, database, log, metrics, sessions, tokens, now } = foundation;
  const { version, nouns, demoSignIns, isStopping, staticFiles } = parts;
  const readyChecks = { database: () => database.ping(), ...nouns.readyChecks };
  const handlers: Handlers = {
    ...systemHandlers({ version, metrics, readyChecks, isStopping, demoSignIns }),
    ...peopleHandlers(foundation),
    ...nouns.handlers,
  };
  const limits = rateLimiters();
  const app = createApp(handlers, {
    sessions,
    tokens,
    metrics,
    log,
    now,
    staticFiles,
    resources: {
      ...nouns.resources,
      account: (id) => loadAccountResource(foundation, id),
      hospital: (id) => loadHospitalResource(foundation, id),
    },
    limits,
    newRequestId: randomUUID,
    trustProxy: config.trustProxy,
    secureCookies: config.secureCookies,
    metricsToken: config.metricsToken,
    slowBody: parts.slowBody ?? SLOW_BODY,
  });
  const gate = createFloodGate({
    sessions,
    tokens,
    now,
    // Compiled by Express from what TRUST_PROXY says.
    trust: app.get('trust proxy fn') as TrustHop,
    ...(parts.floods === undefined ? {} : { rules: parts.floods }),
  });
  const http = createServer({
    fast: nouns.fast,
    app,
    upgrade: upgradeOf(foundation, parts, app, limits),
    closeUpgraded: () => nouns.sockets?.closeAll(),
    gate,
    metrics,
    newRequestId: randomUUID,
    connections: parts.connections ?? connectionLimitsFor(config.trustProxy),
  });
  return { ...http, app };
}
