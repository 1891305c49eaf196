import type { UploadFile } from '../../shared/upload/chunk-grid.ts';
import type { Run } from '../../shared/upload/received-runs.ts';
import type { StagedBytes } from '../take-in.ts';
import type { UploadGrid } from './upload-grid.ts';

/** What staging needs to know of an upload: where its chunks lie. */
export interface StagedGrid extends Pick<UploadGrid, 'id' | 'chunkBytes' | 'chunkCount'> {
  readonly files: readonly UploadFile[];
}

export interface StagedChunk {
  readonly index: number;
  readonly bytes: Uint8Array;
}

/** One file of an upload. Only ranges whose chunks are durable may be read. */
export interface StagedFile {
  /** undefined: it is not here (any more), for example on its way into the store at this moment. */
  read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array | undefined>;
  readonly close: () => Promise<void>;
}

/**
 * Where chunks lie until the last one is in. Names are ids and numbers, never a user's. What is durable is said by the
 * rows of the database, which are written afterwards and in the same turn.
 */
export interface Staging {
  /** Writes chunks to their places; they are durable when it resolves. The same chunk again is no error. */
  write(grid: StagedGrid, chunks: readonly StagedChunk[]): Promise<void>;
  /** Opens nothing yet: the first read does. */
  openFile(grid: StagedGrid, file: number): StagedFile;
  /** The whole of one file, all of whose chunks are durable, on its way into the store. */
  wholeFile(grid: StagedGrid, file: number): StagedBytes;
  /** Chunks that are not here, whatever the rows say. */
  missing(grid: StagedGrid): Promise<readonly Run[]>;
  remove(uploadId: string): Promise<void>;
  /** Ids of uploads that have something here. */
  list(): Promise<string[]>;
  /** Whether other processes read and write here too. */
  readonly isShared: boolean;
}
