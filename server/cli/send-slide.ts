import { join } from 'node:path';
import { AppError, isErrorCode } from '../../shared/errors/app-error.ts';
import type { Upload } from '../../shared/api/endpoints/uploads.ts';
import { CHUNK_BYTES, chunkCount, chunkPlace } from '../../shared/upload/chunk-grid.ts';
import { FIRST_CONCURRENCY, nextConcurrency } from '../../shared/upload/concurrency.ts';
import { contentDigest, hexOf } from '../../shared/upload/content-digest.ts';
import { formatDigestField } from '../../shared/upload/digest-field.ts';
import { fingerprintOf, fingerprintPlaces } from '../../shared/upload/fingerprint.ts';
import { receivedBytes } from '../../shared/upload/received-bytes.ts';
import { mergeRuns } from '../../shared/upload/received-runs.ts';
import { planRetry, type SendFailure } from '../../shared/upload/retry-plan.ts';
import { planChunks } from '../../shared/upload/upload-plan.ts';
import { type LocalSlide, readPiece, sha256Of } from './local-slide.ts';
import type { Outcome, ServerCalls } from './server-calls.ts';

export interface SendNeeds {
  readonly calls: ServerCalls;
  readonly newId: () => string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** How long an unreachable server is waited for. */
  readonly giveUpAfterMs: number;
  onProgress(sentBytes: number, totalBytes: number): void;
  onWaiting(why: string): void;
}

export type SentSlide = { readonly slideId: string; readonly alreadyKnown: boolean };

function refused(code: string): AppError {
  return new AppError(isErrorCode(code) ? code : 'server.internal', code);
}

/** @throws AppError when waiting does not help, or has been long enough */
async function holdOn(
  needs: SendNeeds,
  failure: SendFailure,
  attempt: number,
  sinceMs: number,
): Promise<void> {
  const step = planRetry(failure, attempt, needs.random());
  if (step.kind === 'give-up') throw refused(step.code);
  if (needs.now() - sinceMs > needs.giveUpAfterMs) {
    throw new AppError('server.unavailable', 'waited as long as was asked for');
  }
  needs.onWaiting(failure.kind === 'network' ? 'network' : failure.code);
  await needs.sleep(step.delayMs);
}

async function insist<Value>(needs: SendNeeds, ask: () => Promise<Outcome<Value>>): Promise<Value> {
  const sinceMs = needs.now();
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await ask();
    if (outcome.kind === 'ok') return outcome.value;
    await holdOn(needs, outcome.failure, attempt, sinceMs);
  }
}

async function readChunk(slide: LocalSlide, chunkBytes: number, index: number) {
  const place = chunkPlace(slide.files, chunkBytes, index);
  const file = place === undefined ? undefined : slide.files[place.file];
  if (place === undefined || file === undefined) throw new RangeError(`no chunk ${index}`);
  const bytes = await readPiece(join(slide.folder, file.path), place.offset, place.bytes);
  return { bytes, digest: sha256Of(bytes) };
}

interface Round {
  readonly failure: SendFailure | undefined;
  readonly durable: number;
}

/** Sends chunks in order, as many at once as the line bears, until all are through or one fails. */
async function sendRound(
  needs: SendNeeds,
  slide: LocalSlide,
  upload: Upload,
  [order, digests]: readonly [readonly number[], Map<number, Uint8Array>],
): Promise<Round> {
  let concurrency = FIRST_CONCURRENCY;
  let failure: SendFailure | undefined;
  let sentBytes = receivedBytes(upload.files, upload.chunkBytes, mergeRuns(upload.received));
  const totalBytes = slide.files.reduce((sum, { bytes }) => sum + bytes, 0);
  let next = 0;
  let durable = 0;
  while (next < order.length && failure === undefined) {
    const startedMs = needs.now();
    const window = order.slice(next, next + concurrency.limit);
    next += window.length;
    let windowBytes = 0;
    const send = async (index: number): Promise<void> => {
      const { bytes, digest } = await readChunk(slide, upload.chunkBytes, index);
      digests.set(index, digest);
      const digestField = formatDigestField(hexOf(digest));
      const outcome = await needs.calls.sendChunk({ id: upload.id, index, digestField, bytes });
      if (outcome.kind === 'failed') failure = outcome.failure;
      else {
        durable += 1;
        windowBytes += bytes.length;
      }
    };
    await Promise.all(window.map(send));
    sentBytes += windowBytes;
    needs.onProgress(sentBytes, totalBytes);
    concurrency = nextConcurrency(concurrency, {
      bytes: windowBytes,
      elapsedMs: needs.now() - startedMs,
      lost: failure === undefined ? 0 : 1,
    });
  }
  return { failure, durable };
}

/** Until the server has all; after a failure it is asked first what became durable. */
async function sendMissing(
  needs: SendNeeds,
  slide: LocalSlide,
  begun: Upload,
  digests: Map<number, Uint8Array>,
): Promise<Upload> {
  let upload = begun;
  let sinceMs = needs.now();
  for (let attempt = 0; ; ) {
    if (upload.state === 'finished' || upload.state === 'cancelled') return upload;
    const order = planChunks({ ...upload, received: mergeRuns(upload.received), wanted: [] });
    const { failure, durable } = await sendRound(needs, slide, upload, [order, digests]);
    if (failure === undefined) return upload;
    if (durable > 0) sinceMs = needs.now();
    attempt = durable > 0 ? 0 : attempt + 1;
    await holdOn(needs, failure, attempt, sinceMs);
    const { id } = upload;
    upload = await insist(needs, () => needs.calls.get(id));
  }
}

async function fingerprint(slide: LocalSlide): Promise<string> {
  const samples: string[] = [];
  for (const { file, offset, bytes } of fingerprintPlaces(slide.files, CHUNK_BYTES)) {
    const path = join(slide.folder, slide.files[file]?.path ?? '');
    samples.push(hexOf(sha256Of(await readPiece(path, offset, bytes))));
  }
  return fingerprintOf(slide.files, samples);
}

/** From digests taken while sending; what an earlier run sent is read again. */
async function wholeDigest(
  slide: LocalSlide,
  { chunkBytes }: Upload,
  digests: ReadonlyMap<number, Uint8Array>,
): Promise<string> {
  const all: Uint8Array[] = [];
  for (let index = 0; index < chunkCount(slide.files, chunkBytes); index += 1) {
    all.push(digests.get(index) ?? (await readChunk(slide, chunkBytes, index)).digest);
  }
  return contentDigest(all);
}

/**
 * Sends a slide: begun anew, or gone on with where an earlier run, or the browser of the same account, was.
 * @throws AppError when the server refuses for good, or the files changed
 */
export async function sendSlide(needs: SendNeeds, slide: LocalSlide): Promise<SentSlide> {
  const { name, files } = slide;
  const wanted = { id: needs.newId(), name, files, fingerprint: await fingerprint(slide) };
  const begun = await insist(needs, () => needs.calls.create(wanted));
  if (begun.kind === 'known') return { slideId: begun.slideId, alreadyKnown: true };
  const digests = new Map<number, Uint8Array>();
  const upload = await sendMissing(needs, slide, begun.upload, digests);
  if (upload.state === 'cancelled') throw new AppError('upload.ended', 'cancelled elsewhere');
  const digest = await wholeDigest(slide, upload, digests);
  return await insist(needs, () => needs.calls.finish(upload.id, digest));
}
