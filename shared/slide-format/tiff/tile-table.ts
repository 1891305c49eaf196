import { type PagedValues, pagedValues } from '../../bytes/paged-values.ts';
import { damaged } from '../format-errors.ts';
import type { TiffEntry, TiffFrame } from './read-directory.ts';
import { readNumbers } from './read-values.ts';

/** The values of a long tag (offsets, byte counts, restart positions) by index. */
export function pagedTag(frame: TiffFrame, entry: TiffEntry): PagedValues {
  const values = pagedValues(entry.count, (from, count) => readNumbers(frame, entry, from, count));
  return {
    count: entry.count,
    async at(index, signal) {
      if (index >= entry.count) throw damaged('tile-table-short', `${index} of ${entry.count}`);
      return values.at(index, signal);
    },
  };
}
