import type { SlideFile } from '../../shared/bytes/byte-source.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { SlideId, UploadId } from '../../shared/ids.ts';
import type { SlideProperties } from '../../shared/slide/slide.ts';
import { createWakeUps, type WakeUps } from '../http/wake-ups.ts';
import { inScope, SYSTEM, type Database } from '../storage/database.ts';
import type { Messages } from '../storage/messages.ts';
import { createDurableChunks, type DurableChunks } from './durable-chunks.ts';
import type { Staging } from './staging.ts';
import type { UploadGrid } from './upload-grid.ts';
import { findUpload, gridOf } from './upload-store.ts';

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
  readonly staging: Pick<Staging, 'openFile'>;
  readonly openArriving: OpenArriving;
  readonly onChange: (change: ArrivingChange) => void;
  readonly messages: Pick<Messages, 'publish' | 'subscribe'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: (line: string) => void;
}

/** An upload that sends or is read at the moment. */
export interface ArrivingUpload {
  readonly grid: UploadGrid;
  readonly slideId: SlideId | null;
  readonly durable: DurableChunks;
  /** More is there, it was opened, or it is over. */
  readonly changes: WakeUps;
  /** What opening lacked; undefined: it is open, or will not open before all is there. */
  lacking: readonly number[] | undefined;
  isOpen: boolean;
  isOver: boolean;
  opening: Promise<void> | undefined;
}

const MOST_KNOWN = 500;

/** Uploads that send or are read at the moment, each read from the database once. */
export function rememberUploads(needs: ArrivingNeeds) {
  const known = new Map<UploadId, Promise<ArrivingUpload>>();
  async function load(id: UploadId): Promise<ArrivingUpload> {
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
      changes: createWakeUps(),
      lacking: found.isOpen ? undefined : [0],
      isOpen: found.isOpen,
      isOver: false,
      opening: undefined,
    };
  }
  return {
    get: (id: UploadId): Promise<ArrivingUpload> => {
      const there = known.get(id);
      if (there !== undefined) return there;
      const oldest = known.size >= MOST_KNOWN ? known.keys().next().value : undefined;
      if (oldest !== undefined) known.delete(oldest);
      const loading = load(id);
      known.set(id, loading);
      loading.catch(() => known.delete(id));
      return loading;
    },
    /** Only if somebody asked for it before. */
    peek: (id: UploadId): Promise<ArrivingUpload> | undefined => known.get(id),
    drop: (id: UploadId) => known.delete(id),
  };
}
