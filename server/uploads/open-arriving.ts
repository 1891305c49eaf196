import type { SlideFile } from '../../shared/bytes/byte-source.ts';
import { isNotArrived, missingChunks } from '../../shared/bytes/not-arrived.ts';
import { isConnectionLoss } from '../storage/database.ts';
import { noteProperties } from './arriving-rows.ts';
import { arrivingSource, type ArrivingSource } from './arriving-source.ts';
import type { ArrivingNeeds, ArrivingUpload } from './arriving-uploads.ts';
import type { ArrivingWord, ArrivingWords } from './arriving-words.ts';
import type { UploadGrid } from './upload-grid.ts';
import { DIRECTORY_READER } from './wanted-chunks.ts';

export function sourcesOf(
  needs: ArrivingNeeds,
  { grid, durable }: ArrivingUpload,
): ArrivingSource[] {
  const reading = {
    grid,
    missingOf: (first: number, afterLast: number) => durable.missingOf(first, afterLast),
    staging: needs.staging,
  };
  return grid.files.map((_, file) => arrivingSource(reading, file));
}

export async function closeAll(sources: readonly ArrivingSource[]): Promise<void> {
  await Promise.all(sources.map((source) => source.close()));
}

export function filesOf({ grid }: ArrivingUpload, sources: readonly ArrivingSource[]): SlideFile[] {
  return sources.map((source, file) => ({ path: grid.files[file]?.path ?? '', source }));
}

export function wishOf(
  { id, accountId }: UploadGrid,
  reader: string,
  chunks: readonly number[],
): ArrivingWord {
  return { kind: 'wish', uploadId: id, accountId, reader, chunks: [...chunks] };
}

/** Tries to read the directory; what it lacks is asked of the sender before all else. */
async function openOnce(
  needs: ArrivingNeeds,
  known: ArrivingUpload,
  words: ArrivingWords,
): Promise<void> {
  const { grid, slideId } = known;
  const sources = sourcesOf(needs, known);
  try {
    const properties = await needs.openArriving(filesOf(known, sources));
    known.lacking = undefined;
    if (properties === undefined || slideId === null) return;
    const originalKey = await noteProperties(needs.database, slideId, properties);
    if (originalKey === undefined) return;
    // Here at once: who was told of it must find it.
    needs.onChange({ slideId, originalKey, isOver: false });
    words.tell({ kind: 'opened', uploadId: grid.id, slideId });
  } catch (cause) {
    if (isNotArrived(cause)) {
      known.lacking = missingChunks(cause);
      // What came while it was being read is not to be asked for: nothing would take that wish back.
      const chunks = known.lacking.filter((chunk) => !known.durable.has(chunk));
      words.tell(wishOf(grid, DIRECTORY_READER, chunks));
      return;
    }
    needs.log(`upload ${grid.id}: its slide cannot be read yet: ${String(cause)}`);
    // A damaged file is said by name when all is there; a lost connection passes.
    if (!isConnectionLoss(cause)) known.lacking = undefined;
  } finally {
    await closeAll(sources);
  }
}

/** Whether something came that opening lacked, to whichever process. */
async function hasCome({ lacking = [], durable }: ArrivingUpload): Promise<boolean> {
  for (const chunk of lacking) {
    if ((await durable.missingOf(chunk, chunk + 1)).length === 0) return true;
  }
  return false;
}

/** Again and again while chunks come that it lacked. */
export async function openWhenPossible(
  needs: ArrivingNeeds,
  known: ArrivingUpload,
  words: ArrivingWords,
): Promise<void> {
  let before: readonly number[] | undefined;
  while (known.opening === undefined && (await hasCome(known))) {
    const { lacking } = known;
    // Somebody else began, or was done, while this one asked.
    if (known.opening !== undefined || lacking === undefined) return;
    // What is there and yet not found is on its way into the store: it is opened there.
    if (before?.join() === lacking.join()) return;
    before = lacking;
    known.opening = openOnce(needs, known, words);
    try {
      await known.opening;
    } finally {
      known.opening = undefined;
    }
  }
}
