import type { Readable } from 'node:stream';
import type { Actor } from '../../shared/access/can.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { UploadId } from '../../shared/ids.ts';
import { chunkPlace } from '../../shared/upload/chunk-grid.ts';
import { parseDigestField } from '../../shared/upload/digest-field.ts';
import { inScope, isConnectionLoss, SYSTEM } from '../storage/database.ts';
import { createByteBudget } from './byte-budget.ts';
import { createChunkGroups } from './chunk-groups.ts';
import { commitChunks, type ArrivedChunk, type ChunkOutcome } from './commit-chunks.ts';
import { checkRoom, nameDiskFull } from './disk-room.ts';
import { receiveChunk } from './receive-chunk.ts';
import type { UploadDeps } from './upload-deps.ts';
import type { UploadGrid } from './upload-grid.ts';
import { findUpload, gridOf } from './upload-store.ts';

export interface IncomingChunk {
  readonly actor: Actor;
  readonly uploadId: UploadId;
  readonly index: number;
  /** Content-Digest, RFC 9530. */
  readonly digestField: string | undefined;
  readonly body: Readable;
}

export interface ChunkIntake {
  /** Resolves when the chunk is durable. */
  accept(chunk: IncomingChunk): Promise<{ complete: boolean }>;
  /** Resolves when nothing is being written. */
  settle(): Promise<void>;
}

const MAX_GROUP = 32;
const MAX_PARALLEL_GROUPS = 4;
const MAX_GRIDS = 500;

/** Grids never change: of the uploads that send at the moment each is read once. */
function rememberGrids({ database }: Pick<UploadDeps, 'database'>) {
  const grids = new Map<UploadId, UploadGrid>();
  return async (id: UploadId): Promise<UploadGrid> => {
    const known = grids.get(id);
    if (known !== undefined) return known;
    const row = await inScope(database, SYSTEM, (transaction) => findUpload(transaction, id));
    if (row === undefined) throw new AppError('request.not-found', 'no such upload');
    const oldest = grids.size >= MAX_GRIDS ? grids.keys().next().value : undefined;
    if (oldest !== undefined) grids.delete(oldest);
    const grid = gridOf(row);
    grids.set(id, grid);
    return grid;
  };
}

/** Says in the list of uploads why nothing moves. It only informs: the chunk is refused either way. */
async function noteWaiting({ database, log }: UploadDeps, id: UploadId): Promise<void> {
  try {
    await inScope(database, SYSTEM, (transaction) =>
      transaction
        .updateTable('uploads')
        .set({ state: 'waiting-for-room' })
        .where('id', '=', id)
        .where('state', '=', 'arriving')
        .execute(),
    );
  } catch (cause) {
    log(`upload ${id} waits for room, which could not be noted: ${String(cause)}`);
  }
}

/** What is durable can be looked at. */
function noteDurable(
  { arriving }: UploadDeps,
  group: readonly ArrivedChunk[],
  outcomes: readonly ChunkOutcome[],
): void {
  const id = group[0]?.grid.id;
  if (id === undefined) return;
  const durable = group.filter((_, at) => outcomes[at]?.kind === 'durable');
  arriving.noteDurable(
    id,
    durable.map(({ index }) => index),
  );
}

/** The door for chunks: checked against grid and digest in memory, then made durable in groups. */
export function createChunkIntake(deps: UploadDeps): ChunkIntake {
  const gridOfUpload = rememberGrids(deps);
  const budget = createByteBudget(deps.limits.maxBytesInMemory);
  const groups = createChunkGroups<ArrivedChunk, ChunkOutcome>({
    commit: async (_uploadId, group) => {
      const outcomes = await commitChunks(deps, group);
      noteDurable(deps, group, outcomes);
      return outcomes;
    },
    maxGroup: MAX_GROUP,
    maxParallel: MAX_PARALLEL_GROUPS,
  });

  async function store(chunk: IncomingChunk): Promise<{ complete: boolean }> {
    const { actor, uploadId, index, body } = chunk;
    const grid = await gridOfUpload(uploadId);
    const place = chunkPlace(grid.files, grid.chunkBytes, index);
    const sha256 = parseDigestField(chunk.digestField);
    if (place === undefined) throw new AppError('upload.wrong-chunk', 'beyond the grid');
    if (sha256 === undefined) throw new AppError('request.invalid', 'no Content-Digest: sha-256');
    await checkRoom(deps, place.bytes);
    const release = await budget.take(place.bytes, actor.accountId);
    try {
      const bytes = await receiveChunk(body, place.bytes, sha256);
      const outcome = await groups.submit(uploadId, { grid, actor, index, sha256, bytes });
      if (outcome.kind === 'conflict') {
        throw new AppError('upload.chunk-conflict', 'the chunk is there with other content');
      }
      return { complete: outcome.complete };
    } finally {
      release();
    }
  }

  return {
    accept: async (chunk) => {
      try {
        return await store(chunk);
      } catch (cause) {
        // What is refused unread must still be taken off the line, or the answer never gets through.
        chunk.body.resume();
        const named = nameDiskFull(cause);
        if (named instanceof AppError && named.code === 'upload.disk-full') {
          await noteWaiting(deps, chunk.uploadId);
        }
        if (isConnectionLoss(named)) {
          throw new AppError('server.unavailable', 'the database is away', { cause: named });
        }
        throw named;
      }
    },
    settle: () => groups.settle(),
  };
}
