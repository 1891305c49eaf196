import { getPriority, setPriority } from 'node:os';
import { composeJob } from './decode-jobs/compose-job.ts';
import type { DecodeJob, DecodeResult, FromWorker, ToWorker } from './decode-protocol.ts';
import { createRemoteReads } from './remote-reads.ts';
import { toWireError } from './wire-error.ts';

/**
 * A process that decodes. It gets jobs from its parent and nothing else: no environment, no database.
 * What a job allocates beyond this stays with the process, which then ends and is replaced.
 */
const MAX_RSS_BYTES = 700 << 20;

/** Below the server's own priority: tiles that need no decoding are not slowed by those that do. */
const NICENESS = 5;

const remote = createRemoteReads((request) => send({ kind: 'read', ...request }));

function send(message: FromWorker): void {
  process.send?.(message);
}

async function carryOut(job: DecodeJob): Promise<DecodeResult> {
  switch (job.kind) {
    case 'compose':
      return await composeJob(job);
    case 'render': {
      const { renderJob } = await import('./decode-jobs/render-job.ts');
      return await renderJob(job);
    }
    case 'lighten': {
      const { lightenJob } = await import('./decode-jobs/lighten-job.ts');
      return await lightenJob(job);
    }
    case 'open': {
      const { openJob } = await import('./decode-jobs/open-job.ts');
      return await openJob(job, remote.sourcesOf(job.files));
    }
    case 'openslide-open': {
      const { openWithOpenSlide } = await import('./decode-jobs/openslide-jobs.ts');
      return openWithOpenSlide(job);
    }
    case 'openslide-region': {
      const { openSlideRegion } = await import('./decode-jobs/openslide-jobs.ts');
      return await openSlideRegion(job);
    }
    case 'openslide-associated': {
      const { openSlideAssociated } = await import('./decode-jobs/openslide-jobs.ts');
      return await openSlideAssociated(job);
    }
  }
}

async function answer(id: number, job: DecodeJob): Promise<void> {
  const outcome = async (): Promise<FromWorker> => {
    try {
      return { kind: 'done', id, result: await carryOut(job), retiring: isTooLarge() };
    } catch (error) {
      return { kind: 'failed', id, error: toWireError(error), retiring: isTooLarge() };
    }
  };
  send(await outcome());
}

function isTooLarge(): boolean {
  return process.memoryUsage.rss() > MAX_RSS_BYTES;
}

setPriority(Math.min(19, getPriority() + NICENESS));
process.on('message', (message) => {
  const request = message as ToWorker;
  if (request.kind === 'job') void answer(request.id, request.job);
  else remote.receive(request);
});
// Without its parent there is nobody to answer.
process.on('disconnect', () => process.exit(0));
