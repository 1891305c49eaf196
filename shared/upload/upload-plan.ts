import { chunkCount, chunksOfFile, type UploadFile } from './chunk-grid.ts';
import { hasIndex, type Run } from './received-runs.ts';

/** What the order of sending depends on. */
export interface UploadPlanNeeds {
  readonly files: readonly UploadFile[];
  readonly chunkBytes: number;
  /** What is durable already, merged runs: never sent again. */
  readonly received: readonly Run[];
  /** Chunks that someone waits for, most wanted first: directory, coarse levels, tissue in view. */
  readonly wanted: readonly number[];
}

/** The first and last chunk of each file: where the directories of TIFF and DICOM files lie. */
function directoryChunks(files: readonly UploadFile[], chunkBytes: number): number[] {
  const found: number[] = [];
  let first = 0;
  for (const file of files) {
    const count = chunksOfFile(file.bytes, chunkBytes);
    found.push(first);
    if (count > 1) found.push(first + count - 1);
    first += count;
  }
  return found;
}

/**
 * The order in which the missing chunks are sent: what is wanted, then the directories of all files, then
 * the rest ascending. Each missing chunk exactly once.
 */
export function planChunks({ files, chunkBytes, received, wanted }: UploadPlanNeeds): number[] {
  const count = chunkCount(files, chunkBytes);
  const order: number[] = [];
  const taken = new Uint8Array(count);
  const take = (index: number): void => {
    if (!Number.isInteger(index) || index < 0 || index >= count || taken[index] === 1) return;
    taken[index] = 1;
    if (!hasIndex(received, index)) order.push(index);
  };
  for (const index of wanted) take(index);
  for (const index of directoryChunks(files, chunkBytes)) take(index);
  for (let index = 0; index < count; index += 1) take(index);
  return order;
}
