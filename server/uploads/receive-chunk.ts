import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { AppError } from '../../shared/errors/app-error.ts';

/** A caller that hangs up breaks the body off; that is said as such, and never taken for a fault of ours. */
async function* piecesOf(body: Readable): AsyncGenerator<Uint8Array> {
  try {
    yield* body as AsyncIterable<Uint8Array>;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('request.invalid', 'the body broke off', { cause });
  }
}

/**
 * Reads a chunk of exactly `expectedBytes` and checks it against the SHA-256 (hex) that came with it.
 * @throws AppError 'upload.wrong-chunk', 'upload.digest-mismatch'
 */
export async function receiveChunk(
  body: Readable,
  expectedBytes: number,
  sha256: string,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(expectedBytes);
  const hash = createHash('sha256');
  let at = 0;
  for await (const part of piecesOf(body)) {
    // A body that is too long is read to its end all the same: the HTTP floor has bounded it.
    if (at + part.length <= expectedBytes) {
      bytes.set(part, at);
      hash.update(part);
    }
    at += part.length;
  }
  if (at !== expectedBytes) {
    throw new AppError('upload.wrong-chunk', `${at} bytes where the grid has ${expectedBytes}`);
  }
  if (hash.digest('hex') !== sha256) {
    throw new AppError('upload.digest-mismatch', 'the bytes are not those of the digest');
  }
  return bytes;
}
