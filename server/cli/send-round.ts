import { join } from 'node:path';
import type { Upload } from '../../shared/api/endpoints/uploads.ts';
import { chunkPlace } from '../../shared/upload/chunk-grid.ts';
import type { ChunkQueue } from '../../shared/upload/chunk-queue.ts';
import { hexOf } from '../../shared/upload/content-digest.ts';
import { chunksPerParcel } from '../../shared/upload/line-pace.ts';
import { receivedBytes } from '../../shared/upload/received-bytes.ts';
import { mergeRuns } from '../../shared/upload/received-runs.ts';
import type { SendFailure } from '../../shared/upload/retry-plan.ts';
import { type LocalSlide, readPiece, sha256Of } from './local-slide.ts';
import type { SendNeeds } from './send-needs.ts';

/** A slide on its way. */
export interface Sending {
  readonly slide: LocalSlide;
  readonly upload: Upload;
  readonly queue: ChunkQueue;
  /** By chunk, as it was sent. */
  readonly digests: Map<number, Uint8Array>;
}

export interface Round {
  readonly failure: SendFailure | undefined;
  /** Chunks that became durable. */
  readonly durable: number;
}

export async function readChunk(slide: LocalSlide, chunkBytes: number, index: number) {
  const place = chunkPlace(slide.files, chunkBytes, index);
  const file = place === undefined ? undefined : slide.files[place.file];
  if (place === undefined || file === undefined) throw new RangeError(`no chunk ${index}`);
  const bytes = await readPiece(join(slide.folder, file.path), place.offset, place.bytes);
  return { index, bytes, digest: sha256Of(bytes) };
}

function isLoss(failure: SendFailure): boolean {
  return failure.kind === 'network' || failure.status >= 500 || failure.status === 429;
}

interface Sent {
  readonly failure: SendFailure | undefined;
  readonly bytes: number;
}

async function sendParcel(
  { calls }: Pick<SendNeeds, 'calls'>,
  { slide, upload, digests }: Sending,
  indices: readonly number[],
): Promise<Sent> {
  const chunks = await Promise.all(
    indices.map((index) => readChunk(slide, upload.chunkBytes, index)),
  );
  for (const { index, digest } of chunks) digests.set(index, digest);
  const body = new Uint8Array(Buffer.concat(chunks.map(({ bytes }) => bytes)));
  const named = chunks.map(({ index, digest }) => ({ index, sha256: hexOf(digest) }));
  const outcome = await calls.sendParcel({ id: upload.id, chunks: named, body });
  if (outcome.kind === 'failed') return { failure: outcome.failure, bytes: 0 };
  return { failure: undefined, bytes: body.length };
}

/** Sends chunks as the queue gives them, as much at once as the line bears, until all are through or one fails. */
export async function sendRound(needs: SendNeeds, sending: Sending): Promise<Round> {
  const { line } = needs;
  const { slide, upload, queue } = sending;
  const totalBytes = slide.files.reduce((sum, { bytes }) => sum + bytes, 0);
  let sentBytes = receivedBytes(upload.files, upload.chunkBytes, mergeRuns(upload.received));
  let failure: SendFailure | undefined;
  let durable = 0;
  const inFlight = new Set<Promise<void>>();

  async function launch(chunks: readonly number[]): Promise<void> {
    const land = line.begin(chunks.length * upload.chunkBytes);
    let result = { bytes: 0, lost: false };
    try {
      const sent = await sendParcel(needs, sending, chunks);
      result = { bytes: sent.bytes, lost: sent.failure !== undefined && isLoss(sent.failure) };
      failure ??= sent.failure;
      if (sent.failure === undefined) durable += chunks.length;
      sentBytes += sent.bytes;
      needs.onProgress(sentBytes, totalBytes);
    } finally {
      land(result);
    }
  }

  try {
    while (!queue.isEmpty() && failure === undefined) {
      if (line.hasRoom(queue.isUrgent())) {
        const most = chunksPerParcel(line.parcelBytes(), upload.chunkBytes);
        const sent = launch(queue.next(most)).finally(() => inFlight.delete(sent));
        inFlight.add(sent);
      } else await Promise.race(inFlight);
    }
  } finally {
    await Promise.all(inFlight);
  }
  return { failure, durable };
}
