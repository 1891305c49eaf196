import type { BlobKey } from './blob-store.ts';

/**
 * Small objects that come and go, beside the blobs: where chunks lie that several processes must see. Durable when
 * `put` resolves.
 */
export interface ObjectFolder {
  put(key: BlobKey, bytes: Uint8Array): Promise<void>;
  /**
   * All bytes of an object whose size is known.
   * @throws AppError 'storage.blob-missing'
   */
  get(key: BlobKey, bytes: number): Promise<Uint8Array>;
  /** The same for an object that never changes, and may be asked for again soon. */
  getKept(key: BlobKey, bytes: number): Promise<Uint8Array>;
  /** Keys that begin with this, in no order. */
  keysBelow(prefix: string): Promise<string[]>;
  /** First segments below this: names of folders. */
  foldersBelow(prefix: string): Promise<string[]>;
  deleteAll(keys: readonly string[]): Promise<void>;
}
