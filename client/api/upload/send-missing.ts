import type { Upload } from '../../../shared/api/endpoints/uploads.ts';
import type { ErrorFields } from '../../../shared/errors/app-error.ts';
import { chunkPlace } from '../../../shared/upload/chunk-grid.ts';
import { receivedBytes } from '../../../shared/upload/received-bytes.ts';
import { mergeRuns } from '../../../shared/upload/received-runs.ts';
import { type ChunkQueue, createChunkQueue } from '../../../shared/upload/chunk-queue.ts';
import type { SendFailure } from '../../../shared/upload/retry-plan.ts';
import { planChunks } from '../../../shared/upload/upload-plan.ts';
import { chunksPerParcel } from '../../../shared/upload/line-pace.ts';
import { holdAfter, insist, type HoldNeeds } from './insist.ts';
import { type SendSlot, type SendSlots, URGENCY, type Urgency } from './send-slots.ts';
import type { OutgoingChunk } from './upload-api.ts';
import type { LocalFile } from './upload-item.ts';
import type { OnOrder, UploadEngineNeeds } from './upload-needs.ts';
import type { WishWatch } from './wish-watch.ts';

export interface SendNeeds
  extends HoldNeeds,
    Pick<UploadEngineNeeds, 'api' | 'chunks' | 'planOrder'> {
  readonly slots: SendSlots;
  readonly wishes: WishWatch;
  /** How it stands among the uploads of this queue, whatever its next chunk is. */
  standing(): Standing;
  /** Aborted only when the upload is cancelled: a pause lets chunks in flight arrive. */
  readonly cancelled: AbortSignal;
  readonly files: readonly LocalFile[];
  /** A chunk became durable; it is never sent again. */
  onDurable(index: number, bytes: number, sha256: string): void;
  /** How many bytes are durable, after the server was asked. */
  onReceived(bytes: number): void;
  onSending(): void;
  /** Others go before it. */
  onAwaitingTurn(): void;
}

interface Failed {
  readonly failure: SendFailure;
  readonly fields: ErrorFields;
}

export type Standing = 'marked' | 'inTurn' | 'later';

function urgencyOf(queue: ChunkQueue, standing: Standing): Urgency {
  if (queue.isUrgent()) return URGENCY.wished;
  // A slide that can be looked at costs little: all get that far before one is sent whole.
  const floor = queue.isFirstLook() ? URGENCY.firstLook : URGENCY.later;
  return Math.max(floor, URGENCY[standing]) as Urgency; // one of the two
}

/** Reads and hashes one chunk of the local files. */
async function readChunk(needs: SendNeeds, upload: Upload, index: number): Promise<OutgoingChunk> {
  const place = chunkPlace(upload.files, upload.chunkBytes, index);
  const file = place === undefined ? undefined : needs.files[place.file]?.file;
  if (place === undefined || file === undefined) throw new RangeError(`no chunk ${index}`);
  return { index, ...(await needs.chunks.read(file, place.offset, place.bytes)) };
}

/** Some chunks in one request: read, hash, send. Without `failed` they are durable. */
async function sendParcel(
  needs: SendNeeds,
  upload: Upload,
  indices: readonly number[],
): Promise<{ bytes: number; failed: Failed | undefined }> {
  const chunks = await Promise.all(indices.map((index) => readChunk(needs, upload, index)));
  const outcome = await needs.api.sendParcel({ uploadId: upload.id, chunks }, needs.cancelled);
  if (outcome.kind === 'failed') return { bytes: 0, failed: outcome };
  for (const { index, bytes, sha256 } of chunks) needs.onDurable(index, bytes.length, sha256);
  return { bytes: chunks.reduce((sum, { bytes }) => sum + bytes.length, 0), failed: undefined };
}

/** Refusals of a chunk's content say nothing about how much may be in flight. */
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
  const launch = async (chunks: readonly number[], { release }: SendSlot) => {
    let lost = false;
    let bytes = 0;
    try {
      const sent = await sendParcel(needs, upload, chunks);
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
      const urgency = (): Urgency => urgencyOf(queue, needs.standing());
      if (urgency() === URGENCY.later) needs.onAwaitingTurn();
      const slot = await needs.slots.acquire(upload.id, needs.stop, urgency);
      const isOver = failures.length > 0 || thrown.length > 0 || needs.stop.aborted;
      // Chosen now and not before the wait: what somebody began to wait for meanwhile goes first.
      const chunks = isOver ? [] : queue.next(chunksPerParcel(slot.bytes, upload.chunkBytes));
      if (chunks.length === 0) {
        slot.release({ bytes: 0, lost: false });
        break;
      }
      needs.onSending();
      const sending = launch(chunks, slot).finally(() => inFlight.delete(sending));
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
  const onOrder: OnOrder = (order, firstLook) => {
    queue.plan(order, firstLook);
    needs.slots.look();
  };
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
