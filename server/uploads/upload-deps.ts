import type { RecordAudit } from '../deps.ts';
import type { Database } from '../storage/database.ts';
import type { TakeIn } from '../take-in.ts';
import type { Arriving } from './arriving-slides.ts';
import type { FreeBytes } from './disk-room.ts';
import type { Staging } from './staging.ts';
import type { UploadLimits } from './upload-grid.ts';

/** What uploads need; main fills it. */
export interface UploadDeps {
  readonly database: Database;
  readonly staging: Staging;
  readonly takeIn: TakeIn;
  readonly arriving: Arriving;
  readonly recordAudit: RecordAudit;
  readonly limits: UploadLimits;
  readonly freeBytes: FreeBytes;
  readonly floorBytes: number;
  /** UUIDs, version 7. */
  readonly newId: () => string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: (line: string) => void;
}
