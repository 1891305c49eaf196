import type { UploadId } from '../../../shared/ids.ts';
import type { ChunkQueue } from '../../../shared/upload/chunk-queue.ts';
import type { UploadEngineNeeds } from './upload-needs.ts';

/** Asks the server, as long as anything is sent, what readers wait for; one request for all uploads. */
export interface WishWatch {
  /** @returns ends it */
  follow(uploadId: UploadId, queue: Pick<ChunkQueue, 'wish'>): () => void;
}

const PAUSE_MS = 1_000;

export function createWishWatch({
  api,
  clock,
}: Pick<UploadEngineNeeds, 'api' | 'clock'>): WishWatch {
  const queues = new Map<UploadId, Pick<ChunkQueue, 'wish'>>();
  let asking: AbortController | undefined;

  /** Ends, with a rejection, when it is stopped. */
  async function ask(signal: AbortSignal): Promise<never> {
    let since: number | undefined;
    for (;;) {
      const outcome = await api.wanted(since, signal);
      signal.throwIfAborted();
      if (outcome.kind === 'failed') {
        await clock.sleep(PAUSE_MS, signal);
        continue;
      }
      since = outcome.value.version;
      const wanted = new Map(outcome.value.wanted.map((one) => [one.uploadId, one.chunks]));
      for (const [uploadId, queue] of queues) queue.wish(wanted.get(uploadId) ?? []);
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
