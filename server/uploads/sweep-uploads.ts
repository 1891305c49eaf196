import { AppError } from '../../shared/errors/app-error.ts';
import type { UploadId } from '../../shared/ids.ts';
import { chunksOfFile } from '../../shared/upload/chunk-grid.ts';
import { inScope, SYSTEM } from '../storage/database.ts';
import { endUpload } from './cancel-upload.ts';
import { finishUpload } from './finish-upload.ts';
import type { UploadDeps } from './upload-deps.ts';
import {
  findUpload,
  gridOf,
  lockUpload,
  setState,
  UNFINISHED,
  type UploadRow,
} from './upload-store.ts';

type SweepNeeds = Pick<
  UploadDeps,
  'database' | 'staging' | 'takeIn' | 'recordAudit' | 'arriving' | 'log' | 'limits' | 'now'
>;

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

async function loadUnfinished({ database }: SweepNeeds): Promise<UploadRow[]> {
  return await inScope(database, SYSTEM, (transaction) =>
    transaction.selectFrom('uploads').selectAll().where('state', 'in', UNFINISHED).execute(),
  );
}

/** Staging of uploads that are over, or that never were. */
async function removeOrphans(
  { database, staging, log }: SweepNeeds,
  rows: readonly UploadRow[],
): Promise<void> {
  const needed = new Set<string>(rows.map(({ id }) => id));
  for (const name of await staging.list()) {
    if (needed.has(name)) continue;
    // Ask again: the upload may have begun after the rows were read.
    const row = ID.test(name)
      ? await inScope(database, SYSTEM, (transaction) => findUpload(transaction, name as UploadId))
      : undefined;
    if (row !== undefined && UNFINISHED.some((state) => state === row.state)) continue;
    await staging.remove(name);
    log(`staging ${name} removed: no upload needs it`);
  }
}

/** Chunks whose staging file is gone are not believed any more: they are to be sent again. */
async function forgetLostChunks(needs: SweepNeeds, row: UploadRow): Promise<void> {
  const { id, files, chunkBytes } = gridOf(row);
  let first = 0;
  for (const [file, { bytes }] of files.entries()) {
    const afterLast = first + chunksOfFile(bytes, chunkBytes);
    if ((await needs.staging.sizeOf(id, file)) !== bytes) {
      const forgotten = await inScope(needs.database, SYSTEM, (transaction) =>
        transaction
          .deleteFrom('upload_chunks')
          .where('upload_id', '=', id)
          .where('chunk_index', '>=', first)
          .where('chunk_index', '<', afterLast)
          .executeTakeFirst(),
      );
      if (forgotten.numDeletedRows > 0n) {
        needs.log(
          `upload ${id}: the staging of file ${file} is gone, its chunks are asked for again`,
        );
      }
    }
    first = afterLast;
  }
}

/** A failure of one upload must not keep the others, or the server, from starting. */
async function goOnFinishing(needs: SweepNeeds, row: UploadRow): Promise<void> {
  try {
    await finishUpload(needs, row.id, undefined);
    needs.log(`upload ${row.id}: its finish was taken up again`);
  } catch (cause) {
    needs.log(`upload ${row.id}: finishing failed again: ${String(cause)}`);
    if (!(cause instanceof AppError) || cause.code !== 'storage.blob-missing') return;
    await inScope(needs.database, SYSTEM, (transaction) =>
      setState(transaction, row.id, 'arriving'),
    );
    await forgetLostChunks(needs, row);
  }
}

/** At start-up, before requests: what a kill left half-done is put right or taken up again. */
export async function sweepUploads(needs: SweepNeeds): Promise<void> {
  const rows = await loadUnfinished(needs);
  await removeOrphans(needs, rows);
  for (const row of rows) {
    if (row.state === 'finishing') await goOnFinishing(needs, row);
    else await forgetLostChunks(needs, row);
  }
}

/** Ends uploads that rested too long. To be called now and then. */
export async function expireUploads(needs: SweepNeeds): Promise<void> {
  const before = new Date(needs.now() - needs.limits.abandonedAfterMs);
  for (const { id, state, updated_at, slide_id } of await loadUnfinished(needs)) {
    if (state === 'finishing' || updated_at >= before) continue;
    const ended = await inScope(needs.database, SYSTEM, async (transaction) => {
      const row = await lockUpload(transaction, id);
      if (row === undefined || row.state === 'finishing' || row.updated_at >= before) return false;
      await endUpload(transaction, row);
      return true;
    });
    if (!ended) continue;
    needs.arriving.end(id, slide_id);
    await needs.staging.remove(id);
    needs.log(`upload ${id} was abandoned and is removed`);
  }
}
