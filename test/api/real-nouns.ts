import type { Foundation } from '../../server/foundation.ts';
import { blobFolder } from '../../server/engines.ts';
import { JOB_KINDS, openNouns, type OpenNouns } from '../../server/nouns.ts';
import { openJobQueue } from '../../server/storage/job-queue.ts';
import { openLocalBlobStore } from '../../server/storage/local-blob-store.ts';
import { makeLocalMessages } from '../../server/storage/local-messages.ts';
import { NOBODY_ELSE } from '../../server/storage/notices.ts';

export interface RealNouns extends OpenNouns {
  readonly dispose: () => Promise<void>;
}

/** Slides and uploads as main puts them together, on the database and the data folder of a test. */
export async function openRealNouns(
  foundation: Foundation,
  rules?: Parameters<typeof openNouns>[2],
): Promise<RealNouns> {
  const { database, config, log } = foundation;
  const jobs = await openJobQueue({
    database,
    kinds: JOB_KINDS,
    role: 'sender',
    log: (line) => log.debug(line),
  });
  const blobs = await openLocalBlobStore(blobFolder(config.dataDir));
  const messages = makeLocalMessages({ onError: (error) => log.error(error) });
  const engines = {
    database,
    jobs,
    blobs,
    objects: undefined,
    messages,
    notices: NOBODY_ELSE,
    close: () => Promise.resolve(),
  };
  const nouns = await openNouns(foundation, engines, rules);
  const dispose = async () => {
    await nouns.close();
    await jobs.stop(100);
  };
  return { ...nouns, dispose };
}
