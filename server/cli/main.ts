import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, describeError } from '../../shared/errors/app-error.ts';
import { type CliRequest, readArguments, slideName, USAGE, UsageError } from './arguments.ts';
import { createLineFlight, type LineFlight } from '../../shared/upload/line-flight.ts';
import { findSlides, type LocalSlide } from './local-slide.ts';
import { createReport, type Report } from './report.ts';
import type { SendNeeds } from './send-needs.ts';
import { sendSlide } from './send-slide.ts';
import { createServerCalls } from './server-calls.ts';
import { createSettledSlides } from './settled-slides.ts';
import { openSentSlides, type SentSlides } from './state-file.ts';

/** 0: all was sent. */
const SOME_FAILED = 1;
const WRONG_USAGE = 2;
const TOKEN_REFUSED = 3;
const GAVE_UP = 4;
const FILE_CHANGED = 5;

const REFUSES_ALL = new Set(['access.unsigned', 'access.refused', 'access.token-insufficient']);
const LOOK_EVERY_MS = 5_000;

interface Parts {
  readonly request: CliRequest;
  readonly report: Report;
  readonly sent: SentSlides;
  readonly line: LineFlight;
}

function sendNeeds({ request, report, line }: Parts, name: string): SendNeeds {
  let waitingFor = '';
  return {
    calls: createServerCalls(request),
    line,
    newId: randomUUID,
    now: Date.now,
    random: Math.random,
    sleep: (ms) => sleep(ms),
    giveUpAfterMs: request.giveUpAfterMs,
    onProgress: (sentBytes, totalBytes) => {
      waitingFor = '';
      report.progress(name, sentBytes, totalBytes);
    },
    onWaiting: (why) => {
      if (why !== waitingFor) report.line(`waiting (${why}): ${name}`);
      waitingFor = why;
    },
    onWarning: (what) => report.line(`${what}: ${name}`),
  };
}

function codeOf(cause: unknown): number {
  if (!(cause instanceof AppError)) throw cause;
  if (REFUSES_ALL.has(cause.code)) return TOKEN_REFUSED;
  if (cause.code === 'upload.file-changed') return FILE_CHANGED;
  return cause.code === 'server.unavailable' ? GAVE_UP : SOME_FAILED;
}

/** The exit code that this slide leads to. */
async function sendOne(parts: Parts, slide: LocalSlide): Promise<number> {
  const { request, report, sent } = parts;
  const name = slideName(request, slide);
  if (sent.has(slide)) {
    report.line(`sent before: ${name}`);
    return 0;
  }
  try {
    const { slideId, alreadyKnown } = await sendSlide(sendNeeds(parts, name), { ...slide, name });
    await sent.add(slide, slideId, Date.now());
    report.line(`${alreadyKnown ? 'known already' : 'sent'}: ${name} ${slideId}`);
    return 0;
  } catch (cause) {
    const code = codeOf(cause);
    const { code: error, fields } = cause as AppError;
    report.line(`failed (${error}): ${name}. ${describeError(error, fields, 'en').what}`);
    return code;
  }
}

async function upload(parts: Parts): Promise<number> {
  const slides = await findSlides(parts.request.paths);
  if (slides.length === 0) {
    parts.report.line('no slide among these files');
    return SOME_FAILED;
  }
  let worst = 0;
  for (const slide of slides) {
    worst = Math.max(worst, await sendOne(parts, slide));
    if (worst === TOKEN_REFUSED) return worst;
  }
  return worst;
}

/** Until it is stopped, or the token is refused: then somebody must make another. */
async function watch(parts: Parts): Promise<number> {
  const { request, report, sent } = parts;
  const settled = createSettledSlides({ now: Date.now, settleMs: request.settleMs });
  const [folder = ''] = request.paths;
  const failed = new Set<string>();
  report.line(`watching ${folder}`);
  for (;;) {
    let found: readonly LocalSlide[] = [];
    try {
      found = await settled.look(folder);
    } catch (cause) {
      // A share that is away comes back.
      report.line(`cannot look into the folder: ${(cause as Error).message}`);
    }
    for (const slide of found) {
      const shape = JSON.stringify(slide);
      if (sent.has(slide) || failed.has(shape)) continue;
      const code = await sendOne(parts, slide);
      if (code === TOKEN_REFUSED) return code;
      // What the server refused for good is not offered again until the file changes; what is only held by
      // its writer is.
      if (code === SOME_FAILED) failed.add(shape);
    }
    report.status(`watching ${folder}`);
    await sleep(Math.min(LOOK_EVERY_MS, Math.max(200, request.settleMs / 2)));
  }
}

async function main(): Promise<number> {
  process.chdir(process.env['FARSCOPE_CWD'] ?? '.');
  const readToken = (path: string) => readFileSync(path, 'utf8');
  const request = readArguments(process.argv.slice(2), process.env, readToken);
  const report = createReport({
    now: Date.now,
    logPath: request.logPath,
    screen: process.stdout,
  });
  const sent = await openSentSlides(request.statePath);
  const line = createLineFlight(() => performance.now());
  const parts = { request, report, sent, line };
  return request.command === 'upload' ? await upload(parts) : await watch(parts);
}

try {
  process.exitCode = await main();
} catch (cause) {
  if (cause instanceof UsageError) {
    console.error(`${cause.message}\n\n${USAGE}`);
    process.exitCode = WRONG_USAGE;
  } else {
    console.error(cause);
    process.exitCode = SOME_FAILED;
  }
}
