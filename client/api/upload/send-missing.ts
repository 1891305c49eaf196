import type { Upload } from '../../../shared/api/endpoints/uploads.ts';
import type { ErrorFields } from '../../../shared/errors/app-error.ts';
import { chunkPlace } from '../../../shared/upload/chunk-grid.ts';
import { receivedBytes } from '../../../shared/upload/received-bytes.ts';
import { mergeRuns } from '../../../shared/upload/received-runs.ts';
import { type ChunkQueue, createChunkQueue } from '../../../shared/upload/chunk-queue.ts';
import type { SendFailure } from '../../../shared/upload/retry-plan.ts';
import { planChunks } from '../../../shared/upload/upload-plan.ts';
import { holdAfter, insist, type HoldNeeds } from './insist.ts';
import type { SendSlots } from './send-slots.ts';
import type { LocalFile } from './upload-item.ts';
import type { UploadEngineNeeds } from './upload-needs.ts';
import type { WishWatch } from './wish-watch.ts';

export interface SendNeeds
  extends HoldNeeds,
    Pick<UploadEngineNeeds, 'api' | 'chunks' | 'planOrder'> {
  readonly slots: SendSlots;
  readonly wishes: WishWatch;
  /** Aborted only when the upload is cancelled: a pause lets chunks in flight arrive. */
  readonly cancelled: AbortSignal;
  readonly files: readonly LocalFile[];
  /** A chunk became durable; it is never sent again. */
  onDurable(index: number, bytes: number, sha256: string): void;
  /** How many bytes are durable, after the server was asked. */
  onReceived(bytes: number): void;
  onSending(): void;
}

interface Failed {
  readonly failure: SendFailure;
  readonly fields: ErrorFields;
}

/** One chunk: read, hash, send. undefined: it is durable. */
async function sendChunk(
  needs: SendNeeds,
  upload: Upload,
  index: number,
): Promise<{ bytes: number; failed: Failed | undefined }> {
  const place = chunkPlace(upload.files, upload.chunkBytes, index);
  const file = place === undefined ? undefined : needs.files[place.file]?.file;
  if (place === undefined || file === undefined) throw new RangeError(`no chunk ${index}`);
  const { bytes, sha256 } = await needs.chunks.read(file, place.offset, place.bytes);
  const chunk = { uploadId: upload.id, index, sha256, bytes };
  const outcome = await needs.api.sendChunk(chunk, needs.cancelled);
  if (outcome.kind === 'failed') return { bytes: 0, failed: outcome };
  needs.onDurable(index, place.bytes, sha256);
  return { bytes: place.bytes, failed: undefined };
}

/** Refusals of this one chunk's content say nothing about how much may be in flight. */
function isLoss({ failure }: Failed): boolean {
  return failure.kind === 'network' || failure.status >= 500 || failure.status === 429;
}

interface Round {
  /** The first failure, after everything in flight has settled. */
  readonly failed: Failed | undefined;
  readonly durable: number;
}

/** Sends chunks as the queue gives them, several in flight, until all are through or one fails. */
async function sendRound(needs: SendNeeds, upload: Upload, queue: ChunkQueue): Promise<Round> {
  const failures: Failed[] = [];
  const thrown: unknown[] = [];
  const inFlight = new Set<Promise<void>>();
  let durable = 0;
  const launch = async (index: number, release: Awaited<ReturnType<SendSlots['acquire']>>) => {
    let lost = false;
    let bytes = 0;
    try {
      const sent = await sendChunk(needs, upload, index);
      if (sent.failed === undefined) durable += 1;
      else failures.push(sent.failed);
      lost = sent.failed !== undefined && isLoss(sent.failed);
      ({ bytes } = sent);
    } catch (cause) {
      thrown.push(cause);
    } finally {
      release({ bytes, lost });
    }
  };
  try {
    while (!queue.isEmpty()) {
      const release = await needs.slots.acquire(upload.id, needs.stop, () => queue.isUrgent());
      // Chosen now and not before the wait: what somebody began to wait for meanwhile goes first.
      const index = queue.next();
      if (index === undefined || failures.length > 0 || thrown.length > 0 || needs.stop.aborted) {
        release({ bytes: 0, lost: false });
        break;
      }
      needs.onSending();
      const sending = launch(index, release).finally(() => inFlight.delete(sending));
      inFlight.add(sending);
    }
  } finally {
    await Promise.all(inFlight);
  }
  if (thrown.length > 0) throw thrown[0];
  needs.stop.throwIfAborted();
  return { failed: failures[0], durable };
}

/** Off the critical path: sending begins in the usual order, and goes on in a better one when it is known. */
function planInBackground(needs: SendNeeds, upload: Upload, queue: ChunkQueue): void {
  const onOrder = (order: readonly number[]): void => queue.plan(order);
  needs.planOrder(needs.files, upload.chunkBytes, onOrder).catch((cause: unknown) => {
    console.warn('the order of sending could not be planned', cause);
  });
}

function queueOf({ files, chunkBytes, chunkCount: count }: Upload): ChunkQueue {
  const order = planChunks({ files, chunkBytes, received: [], wanted: [] });
  return createChunkQueue({ count, order, received: [] });
}

/**
 * Sends what is missing until the server has all of it. After a failure the server is asked what became
 * durable before anything is sent again, because an acknowledgement may have been lost on the way.
 * @returns the upload as the server last described it
 */
export async function sendMissing(needs: SendNeeds, begun: Upload): Promise<Upload> {
  const queue = queueOf(begun);
  planInBackground(needs, begun, queue);
  const unfollow = needs.wishes.follow(begun.id, queue);
  try {
    return await sendRounds(needs, begun, queue);
  } finally {
    unfollow();
  }
}

async function sendRounds(needs: SendNeeds, begun: Upload, queue: ChunkQueue): Promise<Upload> {
  let upload = begun;
  let attempt = 0;
  for (;;) {
    if (upload.state === 'finished' || upload.state === 'cancelled') return upload;
    const received = mergeRuns(upload.received);
    needs.onReceived(receivedBytes(upload.files, upload.chunkBytes, received));
    queue.restart(received);
    const { failed, durable } = await sendRound(needs, upload, queue);
    if (failed === undefined) return upload;
    attempt = durable > 0 ? 0 : attempt + 1;
    const { failure, fields } = failed;
    const isOver = failure.kind === 'refused' && failure.code === 'upload.ended';
    if (!isOver) await holdAfter(needs, failure, fields, attempt);
    upload = await insist(needs, () => needs.api.get(upload.id, needs.cancelled));
  }
}
