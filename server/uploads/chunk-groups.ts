/** Chunks of one upload that arrive together share one sync and one transaction. */
export interface ChunkGroups<Chunk, Outcome> {
  /** Resolves when the chunk's group is through; rejects when the group as a whole failed. */
  submit(uploadId: string, chunk: Chunk): Promise<Outcome>;
  /** Resolves when nothing is in hand. */
  settle(): Promise<void>;
}

interface Waiting<Chunk, Outcome> {
  readonly chunk: Chunk;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (cause: unknown) => void;
}

export interface ChunkGroupsNeeds<Chunk, Outcome> {
  /** Makes a group durable; one outcome for each chunk, in order. Never runs twice at once for an upload. */
  readonly commit: (uploadId: string, group: readonly Chunk[]) => Promise<readonly Outcome[]>;
  readonly maxGroup: number;
  /** Groups of different uploads at once: each holds a database connection while the disk syncs. */
  readonly maxParallel: number;
}

/**
 * Group commit: the first chunk goes at once; what comes while the disk syncs goes together next. Uploads take
 * turns.
 */
export function createChunkGroups<Chunk, Outcome>(
  needs: ChunkGroupsNeeds<Chunk, Outcome>,
): ChunkGroups<Chunk, Outcome> {
  const queues = new Map<string, Waiting<Chunk, Outcome>[]>();
  const turns: string[] = [];
  const running = new Map<string, Promise<void>>();

  async function run(uploadId: string, group: readonly Waiting<Chunk, Outcome>[]): Promise<void> {
    try {
      const outcomes = await needs.commit(
        uploadId,
        group.map(({ chunk }) => chunk),
      );
      for (const [at, outcome] of outcomes.entries()) group[at]?.resolve(outcome);
    } catch (cause) {
      for (const { reject } of group) reject(cause);
    }
    running.delete(uploadId);
    startNext();
  }

  function startNext(): void {
    while (running.size < needs.maxParallel) {
      const at = turns.findIndex((uploadId) => !running.has(uploadId));
      const uploadId = at < 0 ? undefined : turns[at];
      if (uploadId === undefined) return;
      turns.splice(at, 1);
      const queue = queues.get(uploadId) ?? [];
      const group = queue.splice(0, needs.maxGroup);
      if (queue.length > 0) turns.push(uploadId);
      else queues.delete(uploadId);
      running.set(uploadId, run(uploadId, group));
    }
  }

  return {
    submit: (uploadId, chunk) =>
      new Promise((resolve, reject) => {
        const waiting = { chunk, resolve, reject };
        const queue = queues.get(uploadId);
        if (queue === undefined) {
          queues.set(uploadId, [waiting]);
          turns.push(uploadId);
        } else queue.push(waiting);
        startNext();
      }),
    settle: async () => {
      while (running.size > 0) await Promise.all(running.values());
    },
  };
}
