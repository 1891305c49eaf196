import { digestChunk } from './digest-chunk.ts';

/** Asked for a piece of a file. */
export interface DigestRequest {
  readonly id: number;
  readonly file: Blob;
  readonly offset: number;
  readonly length: number;
}

export type DigestReply =
  | {
      readonly id: number;
      readonly kind: 'digested';
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly sha256: string;
    }
  | { readonly id: number; readonly kind: 'failed'; readonly reason: string };

/** The part of a worker's global scope that this file needs; the DOM library types a window instead. */
interface WorkerScope {
  addEventListener(type: 'message', listener: (event: MessageEvent<DigestRequest>) => void): void;
  postMessage(reply: DigestReply, transfer: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;

async function answer({ id, file, offset, length }: DigestRequest): Promise<void> {
  try {
    const { bytes, sha256 } = await digestChunk(file, offset, length);
    scope.postMessage({ id, kind: 'digested', bytes, sha256 }, [bytes.buffer]);
  } catch (cause) {
    // NotReadableError, NotFoundError: the file was changed, moved, or its drive was taken away.
    scope.postMessage({ id, kind: 'failed', reason: String(cause) }, []);
  }
}

scope.addEventListener('message', ({ data }) => void answer(data));
