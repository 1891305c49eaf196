import type { AccountId, HospitalId, SlideId } from '../shared/ids.ts';
import type { UploadFile } from '../shared/upload/chunk-grid.ts';
import type { DatabaseTransaction } from './storage/database.ts';

/** An original that is whole on disk but not yet in the store. */
export interface WholeOriginal {
  /** The slide that was looked at while it was sent, and becomes the stored one; null: a new one. */
  readonly slideId: SlideId | null;
  readonly hospitalId: HospitalId;
  readonly accountId: AccountId;
  readonly name: string;
  readonly stain: string | null;
  /** SHA-256 (hex) over the chunk digests in order, of the grid with these chunks. */
  readonly contentDigest: string;
  readonly chunkBytes: number;
  readonly files: readonly StagedOriginalFile[];
}

export interface StagedOriginalFile extends UploadFile {
  /** Synced file on the disk of the store. Gone after it was moved in. */
  readonly stagedAt: string;
}

export interface TakenIn {
  readonly slideId: SlideId;
  /** The hospital had this very content already: no second slide was made. */
  readonly alreadyKnown: boolean;
}

/**
 * Moves an original into the store, makes its slide and opens it. May be repeated after a kill at any moment:
 * the same content gives the same slide.
 * @param settle runs in the transaction that makes the slide, so that both are there or neither
 */
export type TakeIn = (
  original: WholeOriginal,
  settle: (transaction: DatabaseTransaction, taken: TakenIn) => Promise<void>,
) => Promise<TakenIn>;
