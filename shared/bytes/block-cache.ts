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

/** Drops the entries unused for longest; a Map keeps the order in which its keys were set. */
export function keepRecent(kept: Map<number, unknown>, atMost: number): void {
  for (const oldest of kept.keys()) {
    if (kept.size <= atMost) break;
    kept.delete(oldest);
  }
}

/** Cuts `length` bytes out of neighbouring blocks, from `from` in the first; a single one is not copied. */
function cutFrom(blocks: readonly Uint8Array[], blockBytes: number, from: number, length: number) {
  const only = blocks[0];
  if (blocks.length === 1 && only !== undefined) return only.subarray(from, from + length);
  const whole = new Uint8Array(length);
  for (const [index, block] of blocks.entries()) {
    const at = index * blockBytes - from;
    whole.set(block.subarray(Math.max(0, -at), Math.max(0, length - at)), Math.max(0, at));
  }
  return whole;
}

/** Reads aligned blocks by index; see `withBlockCache`. */
function recentBlocks(source: ByteSource, { blockBytes, blocks }: BlockCacheOptions) {
  const kept = new Map<number, Promise<Uint8Array>>();

  function readBlock(index: number): Promise<Uint8Array> {
    const start = index * blockBytes;
    const reading = source.read(start, Math.min(blockBytes, source.size - start));
    reading.catch(() => {
      if (kept.get(index) === reading) kept.delete(index);
    });
    return reading;
  }

  return (index: number): Promise<Uint8Array> => {
    const reading = kept.get(index) ?? readBlock(index);
    kept.delete(index);
    kept.set(index, reading);
    keepRecent(kept, blocks);
    return reading;
  };
}

/**
 * Keeps recently read blocks of a source. Reads longer than the whole cache go straight through.
 * Simultaneous reads of one block share it; a failed read is never kept, so the next one tries again.
 */
export function withBlockCache(source: ByteSource, options: BlockCacheOptions): ByteSource {
  const { blockBytes, blocks } = options;
  const block = recentBlocks(source, options);

  async function gather(offset: number, length: number): Promise<Uint8Array> {
    const first = Math.floor(offset / blockBytes);
    const last = Math.floor((offset + length - 1) / blockBytes);
    const count = last - first + 1;
    const parts = await Promise.all(
      Array.from({ length: count }, (_, index) => block(first + index)),
    );
    return cutFrom(parts, blockBytes, offset - first * blockBytes, length);
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
