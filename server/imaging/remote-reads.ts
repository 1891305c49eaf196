import type { ByteSource, SlideFile } from '../../shared/bytes/byte-source.ts';
import { withBlockCache } from '../../shared/bytes/block-cache.ts';
import type { FromWorker, ToWorker } from './decode-protocol.ts';
import { fromWireError } from './wire-error.ts';

type ReadRequest = Omit<Extract<FromWorker, { kind: 'read' }>, 'kind'>;
type ReadReply = Exclude<ToWorker, { kind: 'job' }>;

interface Pending {
  resolve(bytes: Uint8Array): void;
  reject(error: Error): void;
}

export interface RemoteReads {
  sourcesOf(files: readonly { readonly path: string; readonly size: number }[]): SlideFile[];
  receive(reply: ReadReply): void;
}

/** A directory is read in dozens of small pieces that lie close together. */
const BLOCKS = { blockBytes: 64 << 10, blocks: 64 };

/** Files that lie with the parent process: bytes are asked for over the channel, block by block. */
export function createRemoteReads(ask: (request: ReadRequest) => void): RemoteReads {
  const pending = new Map<number, Pending>();
  let lastRead = 0;

  function sourceOf(file: number, size: number): ByteSource {
    return {
      size,
      read: (offset, length) =>
        new Promise((resolve, reject) => {
          const read = ++lastRead;
          pending.set(read, { resolve, reject });
          ask({ read, file, offset, length });
        }),
    };
  }

  return {
    sourcesOf: (files) =>
      files.map(({ path, size }, file) => ({
        path,
        source: withBlockCache(sourceOf(file, size), BLOCKS),
      })),
    receive: (reply) => {
      const waiting = pending.get(reply.read);
      pending.delete(reply.read);
      if (reply.kind === 'bytes') waiting?.resolve(reply.bytes);
      else waiting?.reject(fromWireError(reply.error));
    },
  };
}
