import type { SlideFile } from '../../shared/bytes/byte-source.ts';
import { isNotArrived, missingChunks } from '../../shared/bytes/not-arrived.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { SlideId, UploadId } from '../../shared/ids.ts';
import type { SlideProperties } from '../../shared/slide/slide.ts';
import type { ArrivingSlides } from '../deps.ts';
import { inScope, isConnectionLoss, SYSTEM, type Database } from '../storage/database.ts';
import { arrivingSource, type ArrivingSource } from './arriving-source.ts';
import { arrivingKeyOf, arrivingUploadOf, noteProperties } from './arriving-rows.ts';
import { createDurableChunks, type DurableChunks } from './durable-chunks.ts';
import type { Staging } from './staging.ts';
import type { UploadGrid } from './upload-grid.ts';
import { findUpload, gridOf } from './upload-store.ts';
import { createWantedChunks, DIRECTORY_READER, type WantedChunks } from './wanted-chunks.ts';

/** Reads what arriving files say of themselves; undefined: they cannot be looked at before all is there. */
export type OpenArriving = (files: readonly SlideFile[]) => Promise<SlideProperties | undefined>;

/** The slide of an upload is another one now: readable, moved into the store, or gone. */
export interface ArrivingChange {
  readonly slideId: SlideId;
  readonly originalKey: string;
  readonly isOver: boolean;
}

export interface ArrivingNeeds {
  readonly database: Database;
  readonly staging: Pick<Staging, 'pathOf'>;
  readonly openArriving: OpenArriving;
  readonly onChange: (change: ArrivingChange) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: (line: string) => void;
}

/** What uploads tell, and ask of, the readers of their slides. */
export interface Arriving extends ArrivingSlides {
  readonly wanted: WantedChunks;
  noteDurable(uploadId: UploadId, chunks: readonly number[]): void;
  /** Finished or cancelled: its chunks are nobody's business any more. */
  end(uploadId: UploadId, slideId: SlideId | null): void;
  /** Resolves when no slide is being opened. */
  settle(): Promise<void>;
}

interface Known {
  readonly grid: UploadGrid;
  readonly slideId: SlideId | null;
  readonly durable: DurableChunks;
  /** What opening lacked; undefined: it is open, or will not open before all is there. */
  lacking: readonly number[] | undefined;
  opening: Promise<void> | undefined;
}

const MOST_KNOWN = 500;

/** Uploads that send or are read at the moment, each read from the database once. */
function rememberUploads(needs: ArrivingNeeds) {
  const known = new Map<UploadId, Promise<Known>>();
  async function load(id: UploadId): Promise<Known> {
    const found = await inScope(needs.database, SYSTEM, async (transaction) => {
      const upload = await findUpload(transaction, id);
      if (upload === undefined) throw new AppError('request.not-found', 'no such upload');
      const slide = await transaction
        .selectFrom('slides')
        .select('properties')
        .where('id', '=', upload.slide_id)
        .executeTakeFirst();
      return { upload, isOpen: slide === undefined || slide.properties !== null };
    });
    const grid = gridOf(found.upload);
    return {
      grid,
      slideId: found.upload.slide_id,
      durable: createDurableChunks(needs, grid),
      lacking: found.isOpen ? undefined : [0],
      opening: undefined,
    };
  }
  return {
    get: (id: UploadId): Promise<Known> => {
      const there = known.get(id);
      if (there !== undefined) return there;
      const oldest = known.size >= MOST_KNOWN ? known.keys().next().value : undefined;
      if (oldest !== undefined) known.delete(oldest);
      const loading = load(id);
      known.set(id, loading);
      loading.catch(() => known.delete(id));
      return loading;
    },
    drop: (id: UploadId) => known.delete(id),
  };
}

function sourcesOf(needs: ArrivingNeeds, { grid, durable }: Known): ArrivingSource[] {
  const reading = {
    grid,
    missingOf: (first: number, afterLast: number) => durable.missingOf(first, afterLast),
    pathOf: (file: number) => needs.staging.pathOf(grid.id, file),
  };
  return grid.files.map((_, file) => arrivingSource(reading, file));
}

async function closeAll(sources: readonly ArrivingSource[]): Promise<void> {
  await Promise.all(sources.map((source) => source.close()));
}

function filesOf({ grid }: Known, sources: readonly ArrivingSource[]): SlideFile[] {
  return sources.map((source, file) => ({ path: grid.files[file]?.path ?? '', source }));
}

/** Tries to read the directory; what it lacks is asked of the sender before all else. */
async function openOnce(needs: ArrivingNeeds, known: Known, wanted: WantedChunks): Promise<void> {
  const { grid, slideId } = known;
  const sources = sourcesOf(needs, known);
  try {
    const properties = await needs.openArriving(filesOf(known, sources));
    known.lacking = undefined;
    if (properties === undefined || slideId === null) return;
    const originalKey = await noteProperties(needs.database, slideId, properties);
    if (originalKey !== undefined) needs.onChange({ slideId, originalKey, isOver: false });
  } catch (cause) {
    if (isNotArrived(cause)) {
      known.lacking = missingChunks(cause);
      // What came while it was being read is not to be asked for: nothing would take that wish back.
      const missing = known.lacking.filter((chunk) => !known.durable.has(chunk));
      if (missing.length > 0) wanted.wish(grid, DIRECTORY_READER, missing);
      return;
    }
    needs.log(`upload ${grid.id}: its slide cannot be read yet: ${String(cause)}`);
    // A damaged file is said by name when all is there; a lost connection passes.
    if (!isConnectionLoss(cause)) known.lacking = undefined;
  } finally {
    await closeAll(sources);
  }
}

/** Again and again while chunks come that it lacked. */
async function openWhenPossible(
  needs: ArrivingNeeds,
  known: Known,
  wanted: WantedChunks,
): Promise<void> {
  let before: readonly number[] | undefined;
  while (
    known.opening === undefined &&
    known.lacking?.some((chunk) => known.durable.has(chunk)) === true
  ) {
    // What is there and yet not found is on its way into the store: it is opened there.
    if (before?.join() === known.lacking.join()) return;
    before = known.lacking;
    known.opening = openOnce(needs, known, wanted);
    try {
      await known.opening;
    } finally {
      known.opening = undefined;
    }
  }
}

/** Work that no request waits for. */
function createBackground(log: (line: string) => void) {
  const working = new Set<Promise<unknown>>();
  return {
    inBackground: (work: Promise<void>): void => {
      const done = work
        .catch((cause: unknown) => log(`an arriving slide: ${String(cause)}`))
        .finally(() => working.delete(done));
      working.add(done);
    },
    settle: async (): Promise<void> => {
      while (working.size > 0) await Promise.all(working);
    },
  };
}

/** Slides that are looked at while they are sent. */
export function createArriving(needs: ArrivingNeeds): Arriving {
  const wanted = createWantedChunks(needs.now);
  const uploads = rememberUploads(needs);
  const { inBackground, settle } = createBackground(needs.log);

  async function note(uploadId: UploadId, chunks: readonly number[]): Promise<void> {
    const known = await uploads.get(uploadId);
    known.durable.note(chunks);
    // After the note, so that a wish is either refused by it or taken back here.
    wanted.arrived(uploadId, chunks);
    await openWhenPossible(needs, known, wanted);
  }

  return {
    wanted,
    noteDurable: (uploadId, chunks) => inBackground(note(uploadId, chunks)),
    end: (uploadId, slideId) => {
      wanted.forget(uploadId);
      uploads.drop(uploadId);
      if (slideId === null) return;
      needs.onChange({ slideId, originalKey: arrivingKeyOf(uploadId), isOver: true });
    },
    openFiles: async (originalKey) => {
      const known = await uploads.get(arrivingUploadOf(originalKey));
      const sources = sourcesOf(needs, known);
      return { files: filesOf(known, sources), close: () => closeAll(sources) };
    },
    wish: (originalKey, reader, chunks) => {
      if (chunks.length === 0) return;
      inBackground(
        uploads.get(arrivingUploadOf(originalKey)).then((known) => {
          const missing = chunks.filter((chunk) => !known.durable.has(chunk));
          if (missing.length > 0) wanted.wish(known.grid, reader, missing);
        }),
      );
    },
    coverage: async (originalKey) => {
      const { grid, durable } = await uploads.get(arrivingUploadOf(originalKey));
      return { chunkCount: grid.chunkCount, received: await durable.runs() };
    },
    settle,
  };
}
