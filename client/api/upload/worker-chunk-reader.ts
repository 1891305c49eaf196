import { AppError } from '../../../shared/errors/app-error.ts';
import type { DigestReply, DigestRequest } from './digest-worker.ts';
import type { ChunkReader, DigestedChunk } from './upload-needs.ts';

export interface WorkerChunkReader extends ChunkReader {
  dispose(): void;
}

interface Waiting {
  readonly resolve: (chunk: DigestedChunk) => void;
  readonly reject: (cause: Error) => void;
}

/** Reads and hashes in a worker, so that gigabytes do not make the page stutter. */
export function createWorkerChunkReader(worker: Worker): WorkerChunkReader {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  worker.addEventListener('message', ({ data }: MessageEvent<DigestReply>) => {
    const asked = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.kind === 'digested') asked?.resolve({ bytes: data.bytes, sha256: data.sha256 });
    else asked?.reject(new AppError('upload.file-changed', data.reason));
  });
  worker.addEventListener('error', (event) => {
    for (const { reject } of waiting.values()) reject(new Error(`digest worker: ${event.message}`));
    waiting.clear();
  });
  return {
    read: (file, offset, length) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        const request: DigestRequest = { id: lastId, file, offset, length };
        worker.postMessage(request, []);
      }),
    dispose: () => worker.terminate(),
  };
}
