import { setTimeout as sleep } from 'node:timers/promises';
import {
  startPostmaster,
  stopPostmaster,
  waitUntilReady,
  type Postmaster,
  type PostmasterNeeds,
} from './postmaster.ts';

export interface ClusterSupervisor {
  /** Process id of the postmaster that runs at the moment. */
  readonly pid: () => number;
  socketFolder(): string;
  stop(): Promise<void>;
}

/** Backends of a killed postmaster hold its shared memory for a moment, and a new one refuses until then. */
const FIRST_ATTEMPTS = 6;
const PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Keeps a postmaster running on the cluster until told to stop.
 * @throws AppError 'storage.postgres-failed' when it does not come up the first time
 */
export async function superviseCluster(
  needs: PostmasterNeeds,
  log: (line: string) => void,
): Promise<ClusterSupervisor> {
  const stopping = new AbortController();
  let current: Postmaster;

  const bringUp = async (attempts: number): Promise<void> => {
    for (let attempt = 1; !stopping.signal.aborted; attempt += 1) {
      try {
        current = startPostmaster(needs);
        await waitUntilReady(current, needs.place.folder);
        if (current.adopted) log('PostgreSQL was still running and is taken up again');
        return;
      } catch (cause) {
        if (attempt >= attempts) throw cause;
        log(`PostgreSQL did not come up, attempt ${attempt}: ${String(cause)}`);
      }
      await sleep(Math.min(PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS));
    }
  };

  const keepUp = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await current.ended;
      if (stopping.signal.aborted) return;
      log('PostgreSQL ended by itself; starting it again');
      await bringUp(Number.POSITIVE_INFINITY);
    }
  };

  await bringUp(FIRST_ATTEMPTS);
  void keepUp();
  return {
    pid: () => current.pid,
    socketFolder: () => current.socketFolder,
    stop: async () => {
      stopping.abort();
      await stopPostmaster(current, needs.cluster);
    },
  };
}
