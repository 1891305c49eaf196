import { keepRecent } from './block-cache.ts';

/** A page of a table: 8 KiB in memory, one read of 4 or 8 KiB. */
const PAGE_VALUES = 1_024;
/**
 * 2 MiB at most: the whole table of a slide of 4 GB. Below that, readers who look at far-apart places of one slide
 * had a page read and parsed for every other tile, which cost more than the tile.
 */
const PAGES_KEPT = 256;

/** Numbers of a long table by index, read page by page. */
export interface PagedValues {
  readonly count: number;
  /** Rejects with a RangeError outside the table, and with whatever reading a page rejects with. */
  at(index: number, signal?: AbortSignal): Promise<number>;
}

/**
 * Reads a long table in pages when they are first used, and keeps the recent ones as typed arrays. A
 * failed read is not kept; simultaneous reads of one page share it.
 */
export function pagedValues(
  count: number,
  readValues: (from: number, count: number) => Promise<Float64Array>,
): PagedValues {
  const ready = new Map<number, Float64Array>();
  const reading = new Map<number, Promise<Float64Array>>();

  async function load(page: number): Promise<Float64Array> {
    const from = page * PAGE_VALUES;
    try {
      const values = await readValues(from, Math.min(PAGE_VALUES, count - from));
      ready.set(page, values);
      keepRecent(ready, PAGES_KEPT);
      return values;
    } finally {
      reading.delete(page);
    }
  }

  return {
    count,
    async at(index, signal) {
      if (index < 0 || index >= count) throw new RangeError(`value ${index} of ${count}`);
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
