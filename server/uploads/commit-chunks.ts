import type { Actor } from '../../shared/access/can.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { chunkPlace } from '../../shared/upload/chunk-grid.ts';
import {
  inScope,
  retryConnectionLoss,
  type ActorScope,
  type Database,
  type DatabaseTransaction,
} from '../storage/database.ts';
import { noteProgress } from './arriving-rows.ts';
import type { Staging, StagedPiece } from './staging.ts';
import type { UploadGrid } from './upload-grid.ts';
import { countReceived, digestsOf, lockUpload, setState } from './upload-store.ts';

/** A chunk in memory whose bytes were found to match the digest (SHA-256, hex). */
export interface ArrivedChunk {
  readonly grid: UploadGrid;
  readonly actor: Actor;
  readonly index: number;
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

/** `complete`: with this group the whole grid is durable. */
export type ChunkOutcome =
  | { readonly kind: 'durable'; readonly complete: boolean }
  | { readonly kind: 'conflict' };

interface Sorted {
  /** Not yet durable, one for each index. */
  readonly fresh: readonly ArrivedChunk[];
  readonly conflicting: ReadonlySet<ArrivedChunk>;
}

/** Duplicates of what is durable, or of another in the group, need no writing; other content is refused. */
function sortOut(group: readonly ArrivedChunk[], durable: ReadonlyMap<number, string>): Sorted {
  const first = new Map<number, ArrivedChunk>();
  const conflicting = new Set<ArrivedChunk>();
  for (const chunk of group) {
    const there = durable.get(chunk.index) ?? first.get(chunk.index)?.sha256;
    if (there === undefined) first.set(chunk.index, chunk);
    else if (there !== chunk.sha256) conflicting.add(chunk);
  }
  return { fresh: [...first.values()], conflicting };
}

async function writeFresh(staging: Staging, fresh: readonly ArrivedChunk[]): Promise<void> {
  const pieces = new Map<number, StagedPiece[]>();
  const grid = fresh[0]?.grid;
  if (grid === undefined) return;
  for (const { index, bytes } of fresh) {
    const place = chunkPlace(grid.files, grid.chunkBytes, index);
    if (place === undefined) throw new AppError('upload.wrong-chunk', 'outside the grid');
    const list = pieces.get(place.file) ?? [];
    list.push({ offset: place.offset, bytes });
    pieces.set(place.file, list);
  }
  for (const [file, list] of pieces) {
    const bytes = grid.files[file]?.bytes ?? 0;
    await staging.write({ uploadId: grid.id, file, bytes }, list);
  }
}

async function record(
  transaction: DatabaseTransaction,
  fresh: readonly ArrivedChunk[],
): Promise<void> {
  if (fresh.length === 0) return;
  const rows = fresh.map(({ grid, index, sha256 }) => ({
    upload_id: grid.id,
    chunk_index: index,
    sha256: Buffer.from(sha256, 'hex'),
  }));
  await transaction.insertInto('upload_chunks').values(rows).execute();
}

async function commitInTransaction(
  staging: Staging,
  transaction: DatabaseTransaction,
  group: readonly ArrivedChunk[],
  grid: UploadGrid,
): Promise<ChunkOutcome[]> {
  // The lock is held while the disk syncs: nobody finishes or cancels between the bytes and their rows.
  const upload = await lockUpload(transaction, grid.id);
  if (upload === undefined) throw new AppError('request.not-found', 'the upload is gone');
  if (upload.state !== 'arriving' && upload.state !== 'waiting-for-room') {
    throw new AppError('upload.ended', `a chunk for an upload that is ${upload.state}`);
  }
  const indices = group.map(({ index }) => index);
  const { fresh, conflicting } = sortOut(group, await digestsOf(transaction, grid.id, indices));
  await writeFresh(staging, fresh);
  await record(transaction, fresh);
  await setState(transaction, grid.id, 'arriving');
  const received = await countReceived(transaction, grid.id);
  await noteProgress(transaction, upload.slide_id, {
    before: received - fresh.length,
    after: received,
    count: grid.chunkCount,
  });
  const complete = received === grid.chunkCount;
  return group.map((chunk) =>
    conflicting.has(chunk) ? { kind: 'conflict' } : { kind: 'durable', complete },
  );
}

/**
 * Makes a group of chunks of one upload durable: bytes at their offsets, synced, then their rows. Only when
 * it resolves may they be acknowledged. May run twice: what is durable already is left alone.
 */
export async function commitChunks(
  { database, staging }: { readonly database: Database; readonly staging: Staging },
  group: readonly ArrivedChunk[],
): Promise<ChunkOutcome[]> {
  const first = group[0];
  if (first === undefined) return [];
  const scope: ActorScope = { kind: 'actor', actor: first.actor };
  return await retryConnectionLoss(() =>
    inScope(database, scope, (transaction) =>
      commitInTransaction(staging, transaction, group, first.grid),
    ),
  );
}
