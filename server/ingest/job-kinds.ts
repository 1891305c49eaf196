import type { JobKind } from '../storage/job-queue.ts';

/** Turns a flat picture into a tiled pyramid. */
export const BUILD_PYRAMID = 'build-pyramid';
/** Reads an original again from disk and compares it with what was uploaded. */
export const VERIFY_ORIGINAL = 'verify-original';

export const INGEST_JOBS: readonly JobKind[] = [
  { name: BUILD_PYRAMID, retryLimit: 5, heartbeatSeconds: 10, retryDelaySeconds: 1 },
  { name: VERIFY_ORIGINAL, retryLimit: 5, heartbeatSeconds: 30 },
];
