import type { RecordAudit } from '../deps.ts';
import type { Database } from '../storage/database.ts';
import type { TakeIn } from '../take-in.ts';
import type { FreeBytes } from './disk-room.ts';
import type { Staging } from './staging.ts';
import type { UploadLimits } from './upload-grid.ts';

/** What uploads need; main fills it. */
export interface UploadDeps {
  readonly database: Database;
  readonly staging: Staging;
  readonly takeIn: TakeIn;
  readonly recordAudit: RecordAudit;
  readonly limits: UploadLimits;
  readonly freeBytes: FreeBytes;
  readonly floorBytes: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: (line: string) => void;
}
