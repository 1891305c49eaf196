import { open, type FileHandle } from 'node:fs/promises';
import type { ByteSource } from '../../shared/bytes/byte-source.ts';
import { checkRange } from '../../shared/bytes/check-range.ts';
import { notArrived } from '../../shared/bytes/not-arrived.ts';
import { chunksOfRange } from '../../shared/upload/chunk-grid.ts';
import type { UploadGrid } from './upload-grid.ts';

export interface ArrivingSourceNeeds {
  readonly grid: UploadGrid;
  /** Of these chunks, those that are not durable. */
  readonly missingOf: (first: number, afterLast: number) => Promise<readonly number[]>;
  readonly pathOf: (file: number) => string;
}

function indices(first: number, afterLast: number): number[] {
  return Array.from({ length: afterLast - first }, (_, at) => first + at);
}

async function readFully(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) throw new Error(`a staging file ends at ${offset + done}`);
    done += bytesRead;
  }
  return bytes;
}

/** Opened at the first read: the file is made by the first chunk. Stays readable when it moves into the store. */
function lazyHandle(path: string) {
  let opening: Promise<FileHandle> | undefined;
  return {
    get: async (): Promise<FileHandle | undefined> => {
      opening ??= open(path, 'r');
      try {
        return await opening;
      } catch (cause) {
        opening = undefined;
        if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
        return undefined;
      }
    },
    close: async (): Promise<void> => {
      // Why it could not be opened was told to the read that asked for it.
      const handle = await opening?.catch(() => undefined);
      opening = undefined;
      await handle?.close();
    },
  };
}

export type ArrivingSource = ByteSource & { close(): Promise<void> };

/**
 * One file of an upload while it is sent. Reads only bytes whose chunks are durable; else it rejects with
 * 'tile.not-arrived', which names the chunks that are missing.
 */
export function arrivingSource(needs: ArrivingSourceNeeds, file: number): ArrivingSource {
  const { grid, missingOf } = needs;
  const size = grid.files[file]?.bytes ?? 0;
  const handle = lazyHandle(needs.pathOf(file));
  return {
    size,
    read: async (offset, length, signal) => {
      signal?.throwIfAborted();
      checkRange(size, offset, length);
      if (length === 0) return new Uint8Array();
      const range = chunksOfRange(grid.files, grid.chunkBytes, { file, offset, length });
      const missing = await missingOf(...range);
      if (missing.length > 0) throw notArrived(missing);
      const opened = await handle.get();
      // On its way into the store at this moment: the next one who asks finds it there.
      if (opened === undefined) throw notArrived(indices(...range));
      return await readFully(opened, offset, length);
    },
    close: handle.close,
  };
}
