import { sha256 } from '@noble/hashes/sha2.js';

/** Bytes of a SHA-256. */
export const DIGEST_BYTES = 32;

export function hexOf(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex;
}

export function bytesOfHex(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length >> 1);
  for (let at = 0; at < bytes.length; at += 1) {
    bytes[at] = Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16);
  }
  return bytes;
}

/**
 * Names an original by its content: SHA-256 (hex) over the SHA-256 digests of its chunks, in the order
 * of the grid. Two levels of a hash tree: it can be computed from digests that came in any order,
 * without reading the file again (docs/decisions/content-digest.md).
 * @param chunkDigests one SHA-256 (32 bytes) per chunk, ascending by index
 */
export function contentDigest(chunkDigests: Iterable<Uint8Array>): string {
  const hash = sha256.create();
  for (const digest of chunkDigests) {
    if (digest.length !== DIGEST_BYTES) throw new RangeError('a chunk digest has 32 bytes');
    hash.update(digest);
  }
  return hexOf(hash.digest());
}
