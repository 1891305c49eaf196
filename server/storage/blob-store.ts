import type { ByteSource } from '../../shared/bytes/byte-source.ts';

/**
 * A name in the store: "<hospital>/<digest>/<part>" and the like. Made by the server from ids and digests,
 * never from what a user typed.
 */
export type BlobKey = string & { readonly __blobKey?: never };

const SEGMENT = '[0-9a-z][0-9a-z_-]{0,127}(?:\\.[0-9a-z]{1,10})?';
const KEY = new RegExp(`^${SEGMENT}(?:/${SEGMENT}){0,7}$`);

/** Whether a text is a key: lower case, digits, "-" and "_", one extension, at most eight segments. */
export function isBlobKey(text: string): text is BlobKey {
  return KEY.test(text);
}

/**
 * Bytes of a blob that stay open until closed. When the blob is replaced meanwhile, a reader gives the old bytes or
 * refuses with 'storage.blob-replaced': never the new ones.
 */
export interface BlobReader extends ByteSource {
  /** Where the bytes lie on this machine's disk, from a store that keeps files: for libraries that open paths. */
  readonly localPath?: string;
  close(): Promise<void>;
}

/**
 * Where immutable bytes live. A blob is whole or absent: it never shows half-written, and it is on disk
 * when `put…` resolves.
 */
export interface BlobStore {
  /** Writes a stream under a key; the same key again replaces the blob as a whole. */
  put(key: BlobKey, bytes: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void>;
  /** Takes a finished file over; the staging file is gone afterwards. No copy on the same disk. */
  putFile(key: BlobKey, stagingPath: string): Promise<void>;
  /** @throws AppError 'storage.blob-missing' */
  openReader(key: BlobKey): Promise<BlobReader>;
  exists(key: BlobKey): Promise<boolean>;
  /** Removing what is not there is no error. */
  delete(key: BlobKey): Promise<void>;
  /** Rejects when nothing could be written at this moment; for readiness. */
  check(): Promise<void>;
}
