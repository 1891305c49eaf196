import { sha256 } from '@noble/hashes/sha2.js';
import { hexOf } from '../../../shared/upload/content-digest.ts';
import type { DigestedChunk } from './upload-needs.ts';

/**
 * Reads a piece of a file and takes its SHA-256. The browser's own digest exists only in a secure context; a
 * hospital's plain-http network has none, and gets the same from JavaScript, ten times slower.
 */
export async function digestChunk(
  file: Blob,
  offset: number,
  length: number,
): Promise<DigestedChunk> {
  const bytes = new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
  if (bytes.length !== length) throw new RangeError('the file is shorter than it was');
  const { subtle } = globalThis.crypto as { readonly subtle?: SubtleCrypto };
  const digest =
    subtle === undefined ? sha256(bytes) : new Uint8Array(await subtle.digest('SHA-256', bytes));
  return { bytes, sha256: hexOf(digest) };
}
