import type { SlideFile } from '../shared/bytes/byte-source.ts';
import type { AccountId, HospitalId } from '../shared/ids.ts';
import type { Run } from '../shared/upload/received-runs.ts';
import type { DatabaseTransaction } from './storage/database.ts';

/** Something that must be answerable later: who did what to which thing. Append-only. */
export interface AuditEvent {
  /** For example 'slide.calibrate', 'account.update', 'sign-in.refused'. */
  readonly action: string;
  /** Kind and id of the thing, for example 'slide:0198…'. */
  readonly subject: string;
  readonly accountId: AccountId | null;
  /** Whose record it is: the hospital of the thing. */
  readonly hospitalId: HospitalId | null;
  /** Never patient data, passwords or tokens. */
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>;
}

/** Writes an event in the transaction of the change itself, so that neither stands without the other. */
export type RecordAudit = (transaction: DatabaseTransaction, event: AuditEvent) => Promise<void>;

/** How much of an arriving slide is there: merged runs of the chunks of its grid. */
export interface Coverage {
  readonly chunkCount: number;
  readonly received: readonly Run[];
}

/** Slides that are read while they are sent. Their original key names the upload. */
export interface ArrivingSlides {
  /** Reads of what is not there reject with 'tile.not-arrived', which names the chunks. */
  openFiles(originalKey: string): Promise<{ files: readonly SlideFile[]; close(): Promise<void> }>;
  /** @param reader whoever waits: readers take turns */
  wish(originalKey: string, reader: string, chunks: readonly number[]): void;
  coverage(originalKey: string): Promise<Coverage>;
}
