import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prettifyError, ZodError } from 'zod';
import packageJson from '../package.json' with { type: 'json' };
import { AppError, describeError } from '../shared/errors/app-error.ts';
import { announce } from './announce.ts';
import { buildServer } from './app.ts';
import { readConfig, type ServerConfig } from './config.ts';
import {
  demoSignIns,
  knownSignIns,
  prepareFirstRun,
  type FirstRunDeps,
  type KnownSignIns,
} from './demo/first-run.ts';
import { seedDemoSlides } from './demo/seed-slides.ts';
import { openEngines, type Engines } from './engines.ts';
import { layFoundation, type Foundation } from './foundation.ts';
import { loadStaticFiles } from './http/static-files.ts';
import { JOB_KINDS, openNouns, type OpenNouns } from './nouns.ts';
import { openLog } from './open-log.ts';
import { inTurn } from './storage/in-turn.ts';
import { superviseWorkers, type Workers } from './supervise-workers.ts';

/** How long requests under way, and then jobs, may take when the server is asked to stop. */
const GRACE_MS = 10_000;
const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** A person reads this; programs read the log. */
const say = (line: string): void => console.log(line);

function firstRunDeps({ config, database, passwords, newId }: Foundation): FirstRunDeps {
  return { database, passwords, newId, secretsDir: config.secretsDir, demo: config.demo };
}

function startWorkers({ config, log }: Foundation, { database }: Engines): Workers {
  return superviseWorkers({
    script: WORKER,
    count: config.workers,
    environment: { DATABASE_URL: database.connection.url, DATA_DIR: config.dataDir },
    log: (line) => log.warn({ part: 'workers' }, line),
  });
}

async function seed(
  foundation: Foundation,
  nouns: OpenNouns,
  known: KnownSignIns | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { config, database, recordAudit, log } = foundation;
  if (known?.kind !== 'demo' || config.demoSlides === 'none') return;
  try {
    await seedDemoSlides({
      database,
      recordAudit,
      say,
      signal,
      ingestLocalFiles: (original) => nouns.ingestLocalFiles(original),
      folder: join(config.dataDir, 'demo-slides'),
      size: config.demoSlides,
    });
  } catch (cause) {
    // The next start tries again; the server is of use without them.
    if (!signal.aborted) log.error({ err: cause }, 'the demo slides could not be made');
  }
}

async function serve(foundation: Foundation, engines: Engines, logFile: string | undefined) {
  const { config, log } = foundation;
  const stopping = new AbortController();
  const firstRun = firstRunDeps(foundation);
  await inTurn(foundation.database.owner, () => prepareFirstRun(firstRun));
  const nouns = await openNouns(foundation, engines);
  await nouns.resume();
  const http = buildServer(foundation, {
    version: packageJson.version,
    nouns: {
      ...nouns,
      readyChecks: { ...nouns.readyChecks, storage: () => engines.blobs.check() },
    },
    staticFiles: existsSync(config.clientDir) ? await loadStaticFiles(config.clientDir) : undefined,
    demoSignIns: () => demoSignIns(firstRun),
    isStopping: () => stopping.signal.aborted,
  });
  const port = await http.listen(config.port, config.host);
  const workers = startWorkers(foundation, engines);
  const known = await knownSignIns(firstRun);
  say(announce({ version: packageJson.version, config, port, logFile, signIns: known }));
  log.info({ port, host: config.host }, 'listening');
  const seeding = seed(foundation, nouns, known, stopping.signal);
  return async () => {
    stopping.abort();
    await http.stop(GRACE_MS);
    await Promise.all([seeding, workers.stop(GRACE_MS)]);
    await nouns.close();
    foundation.metrics.close();
    await engines.close();
  };
}

/** Stops once, in order; a second signal does not wait. */
function stopOnSignal(stop: () => Promise<void>, foundation: Pick<Foundation, 'log'>): void {
  let asked = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (asked) process.exit(130);
    asked = true;
    say('正在停止  Stopping');
    foundation.log.info({ signal }, 'stopping');
    stop().then(
      () => process.exit(0),
      (cause: unknown) => {
        foundation.log.fatal({ err: cause }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, onSignal);
}

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const { log, file } = openLog(config, process.stdout.isTTY);
  process.on('uncaughtException', (cause) => {
    log.fatal({ err: cause }, 'uncaught');
    console.error(cause);
    process.exit(1);
  });
  const engines = await openEngines({
    config,
    jobKinds: JOB_KINDS,
    log: (line) => log.info({ part: 'storage' }, line),
  });
  try {
    const { database, notices } = engines;
    const foundation = await layFoundation({ config, database, notices, log });
    const opened = serve(foundation, engines, file);
    // Before it answers anybody: who sees it ready may stop it at once.
    stopOnSignal(async () => await (await opened)(), foundation);
    await opened;
  } catch (cause) {
    await engines.close();
    throw isPortTaken(cause) ? portTaken(config, cause) : cause;
  }
}

function isPortTaken(cause: unknown): boolean {
  return (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
}

function portTaken({ host, port }: ServerConfig, cause: unknown): AppError {
  return new AppError('server.port-taken', 'cannot listen', { cause, fields: { host, port } });
}

/** A failure at start, in the words of its code, or as it is. */
function explain(cause: unknown): string {
  if (cause instanceof ZodError) {
    return `✗ 环境变量有误  The environment does not fit\n${prettifyError(cause)}`;
  }
  if (!(cause instanceof AppError))
    return cause instanceof Error ? (cause.stack ?? '') : String(cause);
  const zh = describeError(cause.code, cause.fields, 'zh');
  const en = describeError(cause.code, cause.fields, 'en');
  return `✗ ${zh.what}${zh.next}\n  ${en.what} ${en.next}`;
}

try {
  await main();
} catch (cause) {
  console.error(explain(cause));
  process.exit(1);
}
