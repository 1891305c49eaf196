import { UploadId } from '../../../shared/ids.ts';
import { openUploadRecords } from '../../local/uploads.ts';
import { planLocalSlide } from './plan-local-slide.ts';
import { reopenByHandles } from './reopen-files.ts';
import { createUploadApi } from './upload-api.ts';
import { createUploadEngine, type UploadEngine } from './upload-engine.ts';
import type { UploadQueue } from './upload-item.ts';
import type { Clock, OnlineSignal } from './upload-needs.ts';
import { createWorkerChunkReader } from './worker-chunk-reader.ts';

const clock: Clock = {
  now: () => performance.now(),
  sleep: (delayMs, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const end = (): void => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', end);
        resolve();
      }, delayMs);
      signal.addEventListener('abort', end, { once: true });
    }),
};

const online: OnlineSignal = {
  isOnline: () => navigator.onLine,
  subscribe: (listener) => {
    window.addEventListener('online', listener);
    return () => window.removeEventListener('online', listener);
  },
};

/** crypto.randomUUID exists only in a secure context; version 4 of RFC 9562 by hand elsewhere. */
function newUploadId(): UploadId {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return UploadId.parse([...parts, hex.slice(20)].join('-'));
}

/**
 * Of several tabs one takes up what a reload interrupted; the next does when it is closed. Two that send the
 * same file would send acknowledged chunks twice.
 */
function restoreInOneTab(engine: UploadEngine): void {
  const { locks } = navigator as { readonly locks?: LockManager };
  if (locks === undefined) {
    void engine.restore();
    return;
  }
  const hold = async (): Promise<never> => {
    await engine.restore();
    // Held until this page goes.
    return await new Promise<never>(() => undefined);
  };
  void locks.request('farscope-uploads', hold);
}

let queue: UploadEngine | undefined;

/** The queue of this page; made when it is first asked for, alive as long as the page. */
export function uploadQueue(): UploadQueue {
  if (queue !== undefined) return queue;
  const worker = new Worker(new URL('./digest-worker.ts', import.meta.url), { type: 'module' });
  const engine = createUploadEngine({
    api: createUploadApi((url, init) => fetch(url, init)),
    planOrder: planLocalSlide,
    chunks: createWorkerChunkReader(worker),
    records: openUploadRecords(),
    files: reopenByHandles,
    clock,
    online,
    random: Math.random,
    newId: newUploadId,
    dateNow: Date.now,
  });
  queue = engine;
  restoreInOneTab(engine);
  return engine;
}
