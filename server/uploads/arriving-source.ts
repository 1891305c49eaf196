import type { ByteSource } from '../../shared/bytes/byte-source.ts';
import { checkRange } from '../../shared/bytes/check-range.ts';
import { notArrived } from '../../shared/bytes/not-arrived.ts';
import { chunksOfRange } from '../../shared/upload/chunk-grid.ts';
import type { Staging } from './staging.ts';
import type { UploadGrid } from './upload-grid.ts';

export interface ArrivingSourceNeeds {
  readonly grid: UploadGrid;
  /** Of these chunks, those that are not durable. */
  readonly missingOf: (first: number, afterLast: number) => Promise<readonly number[]>;
  readonly staging: Pick<Staging, 'openFile'>;
}

function indices(first: number, afterLast: number): number[] {
  return Array.from({ length: afterLast - first }, (_, at) => first + at);
}

export type ArrivingSource = ByteSource & { close(): Promise<void> };

/**
 * One file of an upload while it is sent. Reads only bytes whose chunks are durable; else it rejects with
 * 'tile.not-arrived', which names the chunks that are missing.
 */
export function arrivingSource(needs: ArrivingSourceNeeds, file: number): ArrivingSource {
  const { grid, missingOf } = needs;
  const size = grid.files[file]?.bytes ?? 0;
  const staged = needs.staging.openFile(grid, file);
  return {
    size,
    read: async (offset, length, signal) => {
      signal?.throwIfAborted();
      checkRange(size, offset, length);
      if (length === 0) return new Uint8Array();
      const range = chunksOfRange(grid.files, grid.chunkBytes, { file, offset, length });
      const missing = await missingOf(...range);
      if (missing.length > 0) throw notArrived(missing);
      const bytes = await staged.read(offset, length, signal);
      // On its way into the store at this moment: the next one who asks finds it there.
      if (bytes === undefined) throw notArrived(indices(...range));
      return bytes;
    },
    close: staged.close,
  };
}
