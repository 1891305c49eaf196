import type { Readable } from 'node:stream';
import type { Actor } from '../../shared/access/can.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { UploadId } from '../../shared/ids.ts';
import { type ChunkPlace, chunkPlace } from '../../shared/upload/chunk-grid.ts';
import type { ChunkDigest } from '../../shared/upload/digest-field.ts';
import { inScope, isConnectionLoss, SYSTEM } from '../storage/database.ts';
import { createByteBudget } from './byte-budget.ts';
import { type ChunkGroups, createChunkGroups } from './chunk-groups.ts';
import { commitChunks, type ArrivedChunk, type ChunkOutcome } from './commit-chunks.ts';
import { checkRoom, nameDiskFull } from './disk-room.ts';
import { createPieceReader } from './receive-chunk.ts';
import type { UploadDeps } from './upload-deps.ts';
import type { UploadGrid } from './upload-grid.ts';
import { findUpload, gridOf } from './upload-store.ts';

export interface NamedChunk {
  readonly index: number;
  readonly sha256: string | undefined;
}

/** Chunks of one upload that come in one body, one after the other. */
export interface IncomingParcel {
  readonly actor: Actor;
  readonly uploadId: UploadId;
  /** Which chunks, and the SHA-256 of each; undefined: that could not be understood. */
  readonly chunks: readonly NamedChunk[] | undefined;
  readonly body: Readable;
  /** As its header says; undefined: it does not. */
  readonly bodyBytes: number | undefined;
}

export interface ChunkIntake {
  /** Resolves when all of its chunks are durable. */
  accept(parcel: IncomingParcel): Promise<{ complete: boolean }>;
  /** Resolves when nothing is being written. */
  settle(): Promise<void>;
}

const MAX_GROUP = 128;
/** Together with the bytes of the body this bounds what one request can hold. */
const MAX_PARCEL = 64;
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

type PlacedChunk = ChunkDigest & { readonly place: ChunkPlace };

/** @throws AppError 'upload.wrong-chunk', 'request.invalid' */
function placeChunks(
  { files, chunkBytes }: UploadGrid,
  chunks: readonly NamedChunk[] | undefined,
): PlacedChunk[] {
  if (chunks === undefined || chunks.length > MAX_PARCEL) {
    throw new AppError('request.invalid', 'no digest for each chunk');
  }
  return chunks.map(({ index, sha256 }) => {
    const place = chunkPlace(files, chunkBytes, index);
    if (place === undefined) throw new AppError('upload.wrong-chunk', 'beyond the grid');
    if (sha256 === undefined) throw new AppError('request.invalid', 'no Content-Digest: sha-256');
    return { index, sha256, place };
  });
}

/** Each chunk is handed on as soon as it is read and right: what a reader waits for waits for no other. */
async function receive(
  groups: ChunkGroups<ArrivedChunk, ChunkOutcome>,
  { actor, uploadId, body }: IncomingParcel,
  [grid, chunks]: readonly [UploadGrid, readonly PlacedChunk[]],
): Promise<ChunkOutcome[]> {
  const writing: Promise<ChunkOutcome>[] = [];
  const pieces = createPieceReader(body);
  try {
    for (const { index, sha256, place } of chunks) {
      const bytes = await pieces.read(place.bytes, sha256);
      const written = groups.submit(uploadId, { grid, actor, index, sha256, bytes });
      // What fails is told below, when the body was read or has broken off.
      written.catch(() => undefined);
      writing.push(written);
    }
    await pieces.end();
  } finally {
    // Their bytes are in memory, and counted there, until they are written.
    await Promise.allSettled(writing);
  }
  return await Promise.all(writing);
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

  async function store(parcel: IncomingParcel): Promise<{ complete: boolean }> {
    const grid = await gridOfUpload(parcel.uploadId);
    const chunks = placeChunks(grid, parcel.chunks);
    const total = chunks.reduce((sum, { place }) => sum + place.bytes, 0);
    if (parcel.bodyBytes !== undefined && parcel.bodyBytes !== total) {
      throw new AppError('upload.wrong-chunk', `${parcel.bodyBytes} bytes instead of ${total}`);
    }
    await checkRoom(deps, total);
    const release = await budget.take(total, parcel.actor.accountId);
    try {
      const outcomes = await receive(groups, parcel, [grid, chunks]);
      if (outcomes.some(({ kind }) => kind === 'conflict')) {
        throw new AppError('upload.chunk-conflict', 'the chunk is there with other content');
      }
      return { complete: outcomes.some((one) => one.kind === 'durable' && one.complete) };
    } finally {
      release();
    }
  }

  return {
    accept: async (parcel) => {
      try {
        return await store(parcel);
      } catch (cause) {
        // What is refused unread must still be taken off the line, or the answer never gets through.
        parcel.body.resume();
        const named = nameDiskFull(cause);
        if (named instanceof AppError && named.code === 'upload.disk-full') {
          await noteWaiting(deps, parcel.uploadId);
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
