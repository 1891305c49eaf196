import type { ByteSource } from '../../../shared/bytes/byte-source.ts';
import { checkRange } from '../../../shared/bytes/check-range.ts';
import { AppError } from '../../../shared/errors/app-error.ts';

/** A file on this computer as the slide reader wants it. Nothing leaves the computer. */
export function blobSource(blob: Blob): ByteSource {
  return {
    size: blob.size,
    read: async (offset, length, signal) => {
      signal?.throwIfAborted();
      checkRange(blob.size, offset, length);
      try {
        return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
      } catch (cause) {
        // NotReadableError, NotFoundError: changed, moved, or its drive was taken away.
        throw new AppError('upload.file-changed', 'the local file cannot be read', { cause });
      }
    },
  };
}
