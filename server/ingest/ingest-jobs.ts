import type { JobQueue } from '../storage/job-queue.ts';
import { buildPyramidOf, giveUpBuilding, type BuildDeps } from './build-job.ts';
import type { SlideJob } from './ingest-deps.ts';
import { BUILD_PYRAMID, VERIFY_ORIGINAL } from './job-kinds.ts';
import { verifyOriginal } from './verify-original.ts';

/** Takes up the jobs of ingest in a worker process. One picture at a time: it may need a gigabyte. */
export async function startIngestJobs(
  deps: BuildDeps,
  queue: Pick<JobQueue, 'work'>,
): Promise<void> {
  await queue.work<SlideJob>(
    BUILD_PYRAMID,
    ({ slideId }, { signal }) => buildPyramidOf(deps, slideId, signal),
    { onExhausted: ({ slideId }, reason) => giveUpBuilding(deps, slideId, reason) },
  );
  await queue.work<SlideJob>(VERIFY_ORIGINAL, ({ slideId }, { signal }) =>
    verifyOriginal(deps, slideId, signal),
  );
}
