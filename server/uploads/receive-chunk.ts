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

export interface PieceReader {
  /**
   * The next `length` bytes, checked against their SHA-256 (hex).
   * @throws AppError 'upload.wrong-chunk', 'upload.digest-mismatch'
   */
  read(length: number, sha256: string): Promise<Uint8Array>;
  /** @throws AppError 'upload.wrong-chunk' when there is more */
  end(): Promise<void>;
}

/** Reads the chunks of a body one after the other. */
export function createPieceReader(body: Readable): PieceReader {
  const parts = piecesOf(body);
  let held: Uint8Array = new Uint8Array();

  async function more(): Promise<boolean> {
    const { done, value } = await parts.next();
    if (done === true) return false;
    held = value;
    return true;
  }

  return {
    read: async (length, sha256) => {
      const bytes = new Uint8Array(length);
      const hash = createHash('sha256');
      let at = 0;
      while (at < length) {
        if (held.length === 0 && !(await more())) {
          throw new AppError('upload.wrong-chunk', `${at} bytes where the grid has ${length}`);
        }
        const part = held.subarray(0, length - at);
        held = held.subarray(part.length);
        bytes.set(part, at);
        hash.update(part);
        at += part.length;
      }
      if (hash.digest('hex') !== sha256) {
        throw new AppError('upload.digest-mismatch', 'the bytes are not those of the digest');
      }
      return bytes;
    },
    end: async () => {
      let beyond = held.length;
      // A body that is too long is read to its end all the same: the HTTP floor has bounded it.
      while (await more()) beyond += held.length;
      if (beyond > 0) throw new AppError('upload.wrong-chunk', 'more bytes than the grid has');
    },
  };
}
