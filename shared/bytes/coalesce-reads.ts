import { abortable } from './abortable.ts';
import type { ByteSource } from './byte-source.ts';
import { checkRange } from './check-range.ts';

export interface CoalesceOptions {
  /** Two reads are joined when at most this many unwanted bytes lie between them. */
  readonly gapBytes: number;
  /** A joined read is not made longer than this. */
  readonly maxBytes: number;
}

interface WaitingRead {
  readonly offset: number;
  readonly length: number;
  readonly resolve: (bytes: Uint8Array) => void;
  readonly reject: (reason: unknown) => void;
}

interface JoinedRead {
  readonly offset: number;
  end: number;
  readonly reads: WaitingRead[];
}

function join(waiting: readonly WaitingRead[], options: CoalesceOptions): JoinedRead[] {
  const joined: JoinedRead[] = [];
  for (const read of waiting.toSorted((a, b) => a.offset - b.offset)) {
    const last = joined.at(-1);
    const end = read.offset + read.length;
    const near = last !== undefined && read.offset - last.end <= options.gapBytes;
    if (near && Math.max(end, last.end) - last.offset <= options.maxBytes) {
      last.reads.push(read);
      last.end = Math.max(last.end, end);
    } else {
      joined.push({ offset: read.offset, end, reads: [read] });
    }
  }
  return joined;
}

async function perform(source: ByteSource, { offset, end, reads }: JoinedRead): Promise<void> {
  try {
    const bytes = await source.read(offset, end - offset);
    for (const read of reads) {
      const from = read.offset - offset;
      read.resolve(bytes.subarray(from, from + read.length));
    }
  } catch (error) {
    const only = reads.length === 1 ? reads[0] : undefined;
    if (only !== undefined) only.reject(error);
    // One missing piece must not fail its neighbours: each is tried on its own.
    else
      for (const read of reads)
        await perform(source, {
          offset: read.offset,
          end: read.offset + read.length,
          reads: [read],
        });
  }
}

/**
 * Joins reads that are asked for in the same turn and lie close together into one read of the
 * source: where each read is a request (HTTP ranges, an object store), the number of reads is the cost.
 */
export function withCoalescing(source: ByteSource, options: CoalesceOptions): ByteSource {
  let waiting: WaitingRead[] = [];

  async function flush(): Promise<void> {
    // Two turns, so that reads begun by the same Promise.all meet here.
    await Promise.resolve();
    await Promise.resolve();
    const batch = waiting;
    waiting = [];
    await Promise.all(join(batch, options).map((read) => perform(source, read)));
  }

  return {
    size: source.size,
    async read(offset, length, signal) {
      signal?.throwIfAborted();
      checkRange(source.size, offset, length);
      const reading = new Promise<Uint8Array>((resolve, reject) => {
        waiting.push({ offset, length, resolve, reject });
        if (waiting.length === 1) void flush();
      });
      return abortable(reading, signal);
    },
  };
}
