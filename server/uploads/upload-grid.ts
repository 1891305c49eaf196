import type { AccountId, HospitalId, UploadId } from '../../shared/ids.ts';
import type { DatedFile } from '../../shared/upload/fingerprint.ts';

/** What never changes of an upload after it was begun. */
export interface UploadGrid {
  readonly id: UploadId;
  readonly hospitalId: HospitalId;
  readonly accountId: AccountId;
  readonly name: string;
  readonly files: readonly DatedFile[];
  readonly chunkBytes: number;
  readonly chunkCount: number;
}

/**
 * States as the table keeps them. 'finishing': all is in, the files are on their way into the store; taken up
 * again after a kill. 'known': finished as a slide that was there before.
 */
export type StoredState =
  | 'arriving'
  | 'waiting-for-room'
  | 'finishing'
  | 'finished'
  | 'known'
  | 'cancelled';

/** What an upload may hold, and how long it may rest. */
export interface UploadLimits {
  readonly maxUploadBytes: number;
  readonly maxOpenUploads: number;
  readonly abandonedAfterMs: number;
  /** Chunk bodies in memory at once, all uploads together. */
  readonly maxBytesInMemory: number;
}

export const UPLOAD_LIMITS: UploadLimits = {
  maxUploadBytes: 256 * 2 ** 30,
  maxOpenUploads: 500,
  abandonedAfterMs: 7 * 24 * 3_600_000,
  maxBytesInMemory: 64 << 20,
};
