import type { z } from 'zod';
import type { systemEndpoints } from '../../shared/api/endpoints/system.ts';
import type { Handlers } from './handler.ts';
import type { Metrics } from './metrics.ts';
import { createOpenApiDocument } from './openapi.ts';

export type DemoSignIn = z.infer<
  (typeof systemEndpoints)['system.welcome']['reply']['schema']
>['demo'][number];

/** One thing that must work for the server to be of use; rejects when it does not. */
export type ReadyCheck = () => Promise<void>;

export interface SystemDeps {
  readonly version: string;
  readonly metrics: Metrics;
  readonly readyChecks: Readonly<Record<string, ReadyCheck>>;
  readonly isStopping: () => boolean;
  /** Empty unless the demo set is in force. */
  readonly demoSignIns: () => Promise<readonly DemoSignIn[]>;
}

type SystemName = Extract<keyof Handlers, `system.${string}`>;

const CHECK_LIMIT_MS = 3_000;

async function passes(check: ReadyCheck): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), CHECK_LIMIT_MS);
  });
  const outcome = check().then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([outcome, limit]);
  } finally {
    clearTimeout(timer);
  }
}

async function runChecks({
  readyChecks,
  isStopping,
}: SystemDeps): Promise<Record<string, boolean>> {
  const entries = await Promise.all(
    Object.entries(readyChecks).map(async ([name, check]) => [name, await passes(check)] as const),
  );
  return { ...Object.fromEntries(entries), running: !isStopping() };
}

export function systemHandlers(deps: SystemDeps): Pick<Handlers, SystemName> {
  let openapi: unknown;
  return {
    'system.livez': () => Promise.resolve({ ok: true }),
    'system.readyz': async () => {
      const checks = await runChecks(deps);
      const ok = Object.values(checks).every(Boolean);
      return { reply: { ok, checks }, status: ok ? 200 : 503 };
    },
    'system.metrics': async () => ({
      bytes: await deps.metrics.registry.metrics(),
      contentType: deps.metrics.registry.contentType,
      cacheControl: 'no-store',
    }),
    'system.openapi': () => {
      openapi ??= createOpenApiDocument(deps.version);
      return Promise.resolve(openapi);
    },
    'system.welcome': async () => ({
      version: deps.version,
      demo: [...(await deps.demoSignIns())],
    }),
  };
}
