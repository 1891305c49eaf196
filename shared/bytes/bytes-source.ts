import type { ByteSource } from './byte-source.ts';
import { checkRange } from './check-range.ts';

/** Bytes in memory as a ByteSource. Reads are views of `bytes`, not copies: treat them as read-only. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    async read(offset, length, signal) {
      signal?.throwIfAborted();
      checkRange(bytes.length, offset, length);
      return bytes.subarray(offset, offset + length);
    },
  };
}
