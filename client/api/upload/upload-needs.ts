import type { UploadId } from '../../../shared/ids.ts';
import type { UploadRecord, UploadRecords } from '../../local/uploads.ts';
import type { UploadApi } from './upload-api.ts';
import type { LocalFile } from './upload-item.ts';

/** A piece of a file, read and hashed off the main thread: the digest is of exactly these bytes. */
export interface DigestedChunk {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** SHA-256, hex. */
  readonly sha256: string;
}

export interface ChunkReader {
  /** @throws AppError 'upload.file-changed' when the file cannot be read any more */
  read(file: Blob, offset: number, bytes: number): Promise<DigestedChunk>;
}

/** Whether the browser believes that there is a network. A hint that saves waiting, never proof. */
export interface OnlineSignal {
  isOnline(): boolean;
  subscribe(listener: () => void): () => void;
}

export interface Clock {
  /** Milliseconds, steady. */
  now(): number;
  /** Rejects with the signal's reason when it is aborted. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>;
}

/** Finds the files of a remembered upload again. */
export interface FileFinder {
  /**
   * The very same files, or undefined when the browser cannot or may not reach them.
   * @param ask whether a person has just pressed something, so that the browser may ask for leave
   */
  reopen(record: UploadRecord, ask: boolean): Promise<readonly LocalFile[] | undefined>;
}

/**
 * Finds out how the chunks of a slide are best sent. Tells an order as often as it knows a better one; what it
 * leaves out comes last.
 */
export type PlanOrder = (
  files: readonly LocalFile[],
  chunkBytes: number,
  onOrder: (order: readonly number[]) => void,
) => Promise<void>;

/** What the engine of uploads needs. No React, no global but what comes in here. */
export interface UploadEngineNeeds {
  readonly api: UploadApi;
  readonly chunks: ChunkReader;
  readonly planOrder: PlanOrder;
  readonly records: UploadRecords;
  readonly files: FileFinder;
  readonly clock: Clock;
  readonly online: OnlineSignal;
  /** From [0, 1), for the jitter of back-off. */
  readonly random: () => number;
  readonly newId: () => UploadId;
  /** Milliseconds since the epoch, for the order of the queue. */
  readonly dateNow: () => number;
}
