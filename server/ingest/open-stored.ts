import { AppError } from '../../shared/errors/app-error.ts';
import type { SlideId } from '../../shared/ids.ts';
import type { SlideStatus } from '../../shared/slide/slide.ts';
import {
  inScope,
  retryConnectionLoss,
  SYSTEM,
  type DatabaseTransaction,
} from '../storage/database.ts';
import type { Row } from '../storage/schema.ts';
import type { IngestDeps, OriginalFindings } from './ingest-deps.ts';
import { BUILD_PYRAMID } from './job-kinds.ts';
import { openServedFiles } from './original-files.ts';
import { failedStatus, isFileFailure, lockSlide, markReady, setStatus } from './slide-rows.ts';

type Opened = OriginalFindings | { readonly kind: 'failed'; readonly error: AppError };

async function loadSlide({ database }: IngestDeps, id: SlideId): Promise<Row<'slides'>> {
  const row = await inScope(database, SYSTEM, (transaction) =>
    transaction.selectFrom('slides').selectAll().where('id', '=', id).executeTakeFirst(),
  );
  if (row === undefined) throw new AppError('request.not-found', 'no such slide');
  return row;
}

async function readFindings(deps: IngestDeps, originalKey: string): Promise<Opened> {
  try {
    const { files, close } = await openServedFiles(deps.blobs, originalKey);
    try {
      return await deps.openOriginal(files, originalKey);
    } finally {
      await close();
    }
  } catch (cause) {
    if (isFileFailure(cause)) return { kind: 'failed', error: cause };
    throw cause;
  }
}

async function writeFindings(
  transaction: DatabaseTransaction,
  deps: IngestDeps,
  id: SlideId,
  findings: Opened,
  from: 'stored' | 'building',
): Promise<SlideStatus> {
  if (findings.kind === 'tiled') {
    await markReady(transaction, id, findings.properties, from);
    return { kind: 'ready' };
  }
  const status: SlideStatus =
    findings.kind === 'flat'
      ? { kind: 'building', progress: 0 }
      : failedStatus(findings.error.code, findings.error.fields);
  await setStatus(transaction, id, status);
  if (findings.kind === 'flat') {
    await deps.jobs.enqueue(transaction, BUILD_PYRAMID, { slideId: id }, id);
  }
  return status;
}

/**
 * Opens the original of a slide and says in its row what became of it: ready, failed with a name, or waiting
 * to be turned into a pyramid. The original is kept in every case. May be repeated, and by several at once:
 * only the first that finds the slide in the state `from` writes.
 */
export async function openStored(
  deps: IngestDeps,
  id: SlideId,
  from: 'stored' | 'building' = 'stored',
): Promise<SlideStatus> {
  return await retryConnectionLoss(async () => {
    const { original_key: originalKey } = await loadSlide(deps, id);
    if (originalKey === null) throw new AppError('storage.blob-missing', 'no original');
    const findings = await readFindings(deps, originalKey);
    return await inScope(deps.database, SYSTEM, async (transaction) => {
      const row = await lockSlide(transaction, id);
      if (row === undefined) throw new AppError('request.not-found', 'no such slide');
      if (row.status.kind !== from) return row.status;
      return await writeFindings(transaction, deps, id, findings, from);
    });
  });
}

/** Takes up slides whose opening was cut off by a kill. At start-up. */
export async function resumeIngest(deps: IngestDeps): Promise<void> {
  const rows = await inScope(deps.database, SYSTEM, (transaction) =>
    transaction
      .selectFrom('slides')
      .select('id')
      .where((status) => status(status.ref('status', '->>').key('kind'), '=', 'stored'))
      .execute(),
  );
  for (const { id } of rows) {
    try {
      const { kind } = await openStored(deps, id);
      deps.log(`slide ${id}: opened after a restart, now ${kind}`);
    } catch (cause) {
      // One slide that cannot be opened must not keep the server from starting: it stays 'stored'.
      deps.log(`slide ${id} could not be opened: ${String(cause)}`);
    }
  }
}
