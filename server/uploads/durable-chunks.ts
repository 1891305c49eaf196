import type { UploadId } from '../../shared/ids.ts';
import { indicesOf, type Run, runsOfIndices } from '../../shared/upload/received-runs.ts';
import { inScope, SYSTEM, type Database } from '../storage/database.ts';
import type { UploadGrid } from './upload-grid.ts';
import { receivedRuns } from './upload-store.ts';

/** Which chunks of one upload are durable, as this process knows it. */
export interface DurableChunks {
  note(chunks: Iterable<number>): void;
  has(chunk: number): boolean;
  /** Asks the database, seldom: another process may have taken a chunk in. */
  missingOf(first: number, afterLast: number): Promise<number[]>;
  runs(): Promise<Run[]>;
}

export interface DurableNeeds {
  readonly database: Database;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** How old the knowledge may be by which a reader is told that something is missing. */
const FRESH_MS = 500;

export function createDurableChunks(
  { database, now }: DurableNeeds,
  { id, chunkCount }: Pick<UploadGrid, 'id' | 'chunkCount'>,
): DurableChunks {
  const durable = new Uint8Array(chunkCount);
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;

  async function ask(uploadId: UploadId): Promise<void> {
    askedAtMs = now();
    const runs = await inScope(database, SYSTEM, (transaction) =>
      receivedRuns(transaction, uploadId),
    );
    for (const chunk of indicesOf(runs)) durable[chunk] = 1;
  }

  async function refresh(): Promise<void> {
    if (asking === undefined && now() - askedAtMs < FRESH_MS) return;
    asking ??= ask(id).finally(() => {
      asking = undefined;
    });
    await asking;
  }

  function missing(first: number, afterLast: number): number[] {
    const found: number[] = [];
    for (let chunk = first; chunk < afterLast; chunk += 1) {
      if (durable[chunk] !== 1) found.push(chunk);
    }
    return found;
  }

  return {
    note: (chunks) => {
      for (const chunk of chunks) durable[chunk] = 1;
    },
    has: (chunk) => durable[chunk] === 1,
    missingOf: async (first, afterLast) => {
      if (missing(first, afterLast).length === 0) return [];
      await refresh();
      return missing(first, afterLast);
    },
    runs: async () => {
      await refresh();
      const known: number[] = [];
      for (const [chunk, is] of durable.entries()) if (is === 1) known.push(chunk);
      return runsOfIndices(known);
    },
  };
}
