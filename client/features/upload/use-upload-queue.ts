import { useSyncExternalStore } from 'react';
import { uploadQueue } from '../../api/upload/upload-queue.ts';
import type { UploadItem } from '../../api/upload/upload-item.ts';

/** The queue lives as long as the page of the browser: leaving this screen does not stop it. */
export function useUploadItems(): readonly UploadItem[] {
  const queue = uploadQueue();
  return useSyncExternalStore(queue.subscribe, queue.items);
}
