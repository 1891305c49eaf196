import { damaged } from '../format-errors.ts';
import type { TiffEntry, TiffFrame } from './read-directory.ts';
import { readNumbers } from './read-values.ts';

/** A page of a table: 8 KiB in memory, one read of 4 or 8 KiB. */
const PAGE_VALUES = 1_024;
/** 64 pages cover the tiles of any view; a whole table of a large slide would be megabytes. */
const PAGES_KEPT = 64;

/** Values of a long tag by index, read page by page. */
export interface PagedNumbers {
  readonly count: number;
  at(index: number, signal?: AbortSignal): Promise<number>;
}

/**
 * Reads a long tag in pages when they are first used, and keeps the recent ones as typed arrays. A
 * failed read is not kept.
 */
export function pagedNumbers(frame: TiffFrame, entry: TiffEntry): PagedNumbers {
  const ready = new Map<number, Float64Array>();
  const reading = new Map<number, Promise<Float64Array>>();

  function keep(page: number, values: Float64Array): void {
    ready.set(page, values);
    for (const oldest of ready.keys()) {
      if (ready.size <= PAGES_KEPT) break;
      ready.delete(oldest);
    }
  }

  async function load(page: number): Promise<Float64Array> {
    const from = page * PAGE_VALUES;
    try {
      const count = Math.min(PAGE_VALUES, entry.count - from);
      const values = await readNumbers(frame, entry, from, count);
      keep(page, values);
      return values;
    } finally {
      reading.delete(page);
    }
  }

  return {
    count: entry.count,
    async at(index, signal) {
      if (index < 0 || index >= entry.count) {
        throw damaged('tile-table-short', `value ${index} of ${entry.count}, tag ${entry.tag}`);
      }
      const page = Math.floor(index / PAGE_VALUES);
      const known = ready.get(page);
      if (known !== undefined) return known[index % PAGE_VALUES] ?? 0;
      signal?.throwIfAborted();
      let pending = reading.get(page);
      if (pending === undefined) {
        pending = load(page);
        reading.set(page, pending);
      }
      return (await pending)[index % PAGE_VALUES] ?? 0;
    },
  };
}
