import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { AppError } from '../../shared/errors/app-error.ts';

function wrongSize(expected: number): AppError {
  return new AppError('upload.wrong-chunk', 'the body is not as long as the grid says', {
    fields: { expected },
  });
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
  for await (const part of body as AsyncIterable<Uint8Array>) {
    if (at + part.length > expectedBytes) throw wrongSize(expectedBytes);
    bytes.set(part, at);
    hash.update(part);
    at += part.length;
  }
  if (at !== expectedBytes) throw wrongSize(expectedBytes);
  if (hash.digest('hex') !== sha256) {
    throw new AppError('upload.digest-mismatch', 'the bytes are not those of the digest');
  }
  return bytes;
}
