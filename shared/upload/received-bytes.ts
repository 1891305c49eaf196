import { chunksOfFile, type UploadFile } from './chunk-grid.ts';
import type { Run } from './received-runs.ts';

/** Bytes in the chunks of merged runs. Only the last chunk of a file is shorter than the others. */
export function receivedBytes(
  files: readonly UploadFile[],
  chunkBytes: number,
  runs: readonly Run[],
): number {
  let total = 0;
  let first = 0;
  let at = 0;
  for (const { bytes } of files) {
    const last = first + chunksOfFile(bytes, chunkBytes) - 1;
    for (let run = runs[at]; run !== undefined && run[0] <= last; run = runs[at]) {
      const whole = Math.min(run[1], last) - Math.max(run[0], first);
      total += Math.max(0, whole) * chunkBytes;
      if (run[1] > last) total += bytes - (last - first) * chunkBytes;
      if (run[1] > last + 1) break;
      at += 1;
    }
    first = last + 1;
  }
  return total;
}
