import { join } from 'node:path';
import { AppError, isErrorCode } from '../../shared/errors/app-error.ts';
import type { Upload } from '../../shared/api/endpoints/uploads.ts';
import { chunkCount } from '../../shared/upload/chunk-grid.ts';
import { createChunkQueue } from '../../shared/upload/chunk-queue.ts';
import { contentDigest, hexOf } from '../../shared/upload/content-digest.ts';
import { fingerprintOf, fingerprintPlaces } from '../../shared/upload/fingerprint.ts';
import { mergeRuns } from '../../shared/upload/received-runs.ts';
import { planRetry, type SendFailure } from '../../shared/upload/retry-plan.ts';
import { planChunks } from '../../shared/upload/upload-plan.ts';
import { type LocalSlide, readPiece, sha256Of } from './local-slide.ts';
import { followWishes, planInBackground } from './reading-plan.ts';
import { readChunk, sendRound, type Sending } from './send-round.ts';
import type { SendNeeds } from './send-needs.ts';
import type { Outcome } from './server-calls.ts';

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

/** Until the server has all; after a failure it is asked first what became durable. */
async function sendMissing(
  needs: SendNeeds,
  slide: LocalSlide,
  begun: Upload,
  digests: Map<number, Uint8Array>,
): Promise<Upload> {
  const { files, chunkBytes, chunkCount: count } = begun;
  const order = planChunks({ files, chunkBytes, received: [], wanted: [] });
  const queue = createChunkQueue({ count, order, received: [] });
  const stop = new AbortController();
  const planned = planInBackground(needs, slide, begun, queue);
  followWishes(needs, begun.id, queue, stop.signal);
  try {
    return await sendRounds(needs, { slide, upload: begun, queue, digests });
  } finally {
    stop.abort();
    await planned;
  }
}

async function sendRounds(needs: SendNeeds, sending: Sending): Promise<Upload> {
  const { queue } = sending;
  let { upload } = sending;
  let sinceMs = needs.now();
  for (let attempt = 0; ; ) {
    if (upload.state === 'finished' || upload.state === 'cancelled') return upload;
    queue.restart(mergeRuns(upload.received));
    const { failure, durable } = await sendRound(needs, { ...sending, upload });
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
  for (const { file, offset, bytes } of fingerprintPlaces(slide.files)) {
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
