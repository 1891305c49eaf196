import type { WantedLine } from '../../../shared/api/endpoints/uploads.ts';
import type { UploadId } from '../../../shared/ids.ts';
import type { ChunkQueue } from '../../../shared/upload/chunk-queue.ts';
import type { UploadEngineNeeds } from './upload-needs.ts';

/** Asks the server, as long as anything is sent, what readers wait for; one request for all uploads. */
export interface WishWatch {
  /** @returns ends it */
  follow(uploadId: UploadId, queue: Pick<ChunkQueue, 'wish'>): () => void;
}

const PAUSE_MS = 1_000;

/** @param onTold there may be something more urgent to send now */
export function createWishWatch(
  { api, clock }: Pick<UploadEngineNeeds, 'api' | 'clock'>,
  onTold: () => void,
): WishWatch {
  const queues = new Map<UploadId, Pick<ChunkQueue, 'wish'>>();
  let asking: AbortController | undefined;

  function tell({ wanted }: WantedLine): void {
    const chunksOf = new Map(wanted.map((one) => [one.uploadId, one.chunks]));
    for (const [uploadId, queue] of queues) queue.wish(chunksOf.get(uploadId) ?? []);
    onTold();
  }

  /** Ends, with a rejection, when it is stopped. */
  async function ask(signal: AbortSignal): Promise<never> {
    for (;;) {
      const outcome = await api.wanted(tell, signal);
      signal.throwIfAborted();
      if (outcome.kind === 'failed') await clock.sleep(PAUSE_MS, signal);
    }
  }

  /** From the start: what is wished of a new upload may have been said before it was followed. */
  function begin(): void {
    asking?.abort(new Error('asked anew'));
    const controller = new AbortController();
    asking = controller;
    ask(controller.signal).catch((cause: unknown) => {
      if (!controller.signal.aborted) console.warn('wishes of readers cannot be heard', cause);
    });
  }

  return {
    follow: (uploadId, queue) => {
      queues.set(uploadId, queue);
      begin();
      return () => {
        if (queues.get(uploadId) !== queue) return;
        queues.delete(uploadId);
        if (queues.size === 0) asking?.abort(new Error('nothing is sent'));
      };
    },
  };
}
