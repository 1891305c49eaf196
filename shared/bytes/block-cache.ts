import { abortable } from './abortable.ts';
import type { ByteSource } from './byte-source.ts';
import { checkRange } from './check-range.ts';

export interface BlockCacheOptions {
  /**
   * Size of an aligned block in bytes. A power of two that divides the upload's chunk size, so that a
   * block never waits for a chunk that nobody asked for.
   */
  readonly blockBytes: number;
  /** How many blocks are kept; the one unused for longest goes first. */
  readonly blocks: number;
}

/**
 * Keeps recently read blocks of a source. Reads longer than the whole cache go straight through.
 * Simultaneous reads of one block share it; a failed read is never kept, so the next one tries again.
 */
export function withBlockCache(source: ByteSource, options: BlockCacheOptions): ByteSource {
  const { blockBytes, blocks } = options;
  const kept = new Map<number, Promise<Uint8Array>>();

  function block(index: number): Promise<Uint8Array> {
    const known = kept.get(index);
    kept.delete(index);
    const reading = known ?? readBlock(index);
    kept.set(index, reading);
    for (const oldest of kept.keys()) {
      if (kept.size <= blocks) break;
      kept.delete(oldest);
    }
    return reading;
  }

  function readBlock(index: number): Promise<Uint8Array> {
    const start = index * blockBytes;
    const reading = source.read(start, Math.min(blockBytes, source.size - start));
    reading.catch(() => {
      if (kept.get(index) === reading) kept.delete(index);
    });
    return reading;
  }

  async function gather(offset: number, length: number): Promise<Uint8Array> {
    const first = Math.floor(offset / blockBytes);
    const last = Math.floor((offset + length - 1) / blockBytes);
    const parts = await Promise.all(
      Array.from({ length: last - first + 1 }, (_, index) => block(first + index)),
    );
    const from = offset - first * blockBytes;
    const only = parts[0];
    if (parts.length === 1 && only !== undefined) return only.subarray(from, from + length);
    const whole = new Uint8Array(length);
    for (const [index, part] of parts.entries()) {
      const at = index * blockBytes - from;
      const piece = part.subarray(Math.max(0, -at), Math.max(0, length - at));
      whole.set(piece, Math.max(0, at));
    }
    return whole;
  }

  return {
    size: source.size,
    async read(offset, length, signal) {
      signal?.throwIfAborted();
      checkRange(source.size, offset, length);
      if (length === 0) return new Uint8Array();
      if (length > blockBytes * blocks) return source.read(offset, length, signal);
      return abortable(gather(offset, length), signal);
    },
  };
}
