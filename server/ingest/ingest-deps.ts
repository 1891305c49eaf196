import type { SlideFile } from '../../shared/bytes/byte-source.ts';
import type { SlideId } from '../../shared/ids.ts';
import type { SlideProperties } from '../../shared/slide/slide.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { Database } from '../storage/database.ts';
import type { JobQueue } from '../storage/job-queue.ts';

/** What an original was understood as. */
export type OriginalFindings =
  /** Its tiles can be served as it lies. */
  | { readonly kind: 'tiled'; readonly properties: SlideProperties }
  /** A picture without tiles: it is turned into a pyramid first. */
  | { readonly kind: 'flat' };

/**
 * Reads what the files say of themselves.
 * @param key tells originals apart whose files have the same names and sizes
 * @throws AppError 'format.*'
 */
export type OpenOriginalFiles = (
  files: readonly SlideFile[],
  key: string,
) => Promise<OriginalFindings>;

/** Needs of taking in and opening, in the server and in the worker process alike. */
export interface IngestDeps {
  readonly database: Database;
  readonly blobs: BlobStore;
  readonly jobs: Pick<JobQueue, 'enqueue'>;
  readonly openOriginal: OpenOriginalFiles;
  /** UUIDs, version 7. */
  readonly newId: () => string;
  readonly log: (line: string) => void;
}

/** Turns a flat picture into a tiled TIFF. Both are paths on a local disk; `into` is not there yet. */
export type BuildPyramid = (task: {
  readonly from: string;
  readonly into: string;
  /** From 0 to 1. */
  readonly onProgress: (progress: number) => void;
  readonly signal: AbortSignal;
}) => Promise<void>;

/** What a job about a slide carries. */
export interface SlideJob {
  readonly slideId: SlideId;
}
