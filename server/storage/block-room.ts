import { abortable } from '../../shared/bytes/abortable.ts';
import type { ByteSource } from '../../shared/bytes/byte-source.ts';
import { checkRange } from '../../shared/bytes/check-range.ts';

/** Recently read blocks of many sources, bounded together; the one unused for longest goes first. */
export interface BlockRoom {
  /**
   * The same source with its blocks in this room. Simultaneous reads of one block share it; a failed read is never
   * kept.
   * @param name tells sources apart; the bytes under a name never change
   */
  withBlocks(name: string, source: ByteSource): ByteSource;
  readonly bytes: () => number;
}

export interface BlockRoomOptions {
  /** Size of an aligned block. */
  readonly blockBytes: number;
  readonly maxBytes: number;
  /** Longer reads go straight through: who reads a whole file must not push out what readers look at. */
  readonly longestRead: number;
}

interface Kept {
  readonly reading: Promise<Uint8Array>;
  readonly bytes: number;
}

function createBlocks({ blockBytes, maxBytes }: BlockRoomOptions) {
  const kept = new Map<string, Kept>();
  let bytes = 0;

  function drop(key: string, entry: Kept): void {
    if (kept.get(key) !== entry) return;
    kept.delete(key);
    bytes -= entry.bytes;
  }

  function begin(key: string, source: ByteSource, index: number): Kept {
    const start = index * blockBytes;
    const length = Math.min(blockBytes, source.size - start);
    const entry = { reading: source.read(start, length), bytes: length };
    entry.reading.catch(() => drop(key, entry));
    bytes += length;
    return entry;
  }

  return {
    bytes: () => bytes,
    read: (name: string, source: ByteSource, index: number): Promise<Uint8Array> => {
      const key = `${name}#${index}`;
      const entry = kept.get(key) ?? begin(key, source, index);
      kept.delete(key);
      kept.set(key, entry);
      for (const [oldest, old] of kept) {
        if (bytes <= maxBytes || oldest === key) break;
        drop(oldest, old);
      }
      return entry.reading;
    },
  };
}

/** Always a copy: a tile that stays in a cache must not keep its whole block alive. */
function copyOut(blocks: readonly Uint8Array[], from: number, length: number): Uint8Array {
  const whole = Buffer.allocUnsafeSlow(length);
  let done = 0;
  let skip = from;
  for (const block of blocks) {
    const part = block.subarray(skip, skip + length - done);
    whole.set(part, done);
    done += part.length;
    skip = 0;
  }
  return whole;
}

export function createBlockRoom(options: BlockRoomOptions): BlockRoom {
  const { blockBytes, longestRead } = options;
  const blocks = createBlocks(options);

  async function gather(
    name: string,
    source: ByteSource,
    offset: number,
    length: number,
  ): Promise<Uint8Array> {
    const first = Math.floor(offset / blockBytes);
    const count = Math.floor((offset + length - 1) / blockBytes) - first + 1;
    const indices = Array.from({ length: count }, (_, at) => first + at);
    const parts = await Promise.all(indices.map((index) => blocks.read(name, source, index)));
    return copyOut(parts, offset - first * blockBytes, length);
  }

  return {
    bytes: blocks.bytes,
    withBlocks: (name, source) => ({
      size: source.size,
      read: async (offset, length, signal) => {
        signal?.throwIfAborted();
        checkRange(source.size, offset, length);
        if (length === 0) return new Uint8Array();
        if (length > longestRead) return await source.read(offset, length, signal);
        return await abortable(gather(name, source, offset, length), signal);
      },
    }),
  };
}
