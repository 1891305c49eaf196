import { Dexie } from 'dexie';
import type { ErrorFields } from '../../shared/errors/app-error.ts';
import type { SlideId, UploadId } from '../../shared/ids.ts';
import type { DatedFile } from '../../shared/upload/fingerprint.ts';

/** How an upload ended. */
export type UploadOutcome =
  | { readonly kind: 'finished'; readonly slideId: SlideId; readonly alreadyKnown: boolean }
  | { readonly kind: 'failed'; readonly code: string; readonly fields: ErrorFields };

/** What is remembered of an upload over a reload of the page. The bytes stay where they are. */
export interface UploadRecord {
  readonly id: UploadId;
  /** As the server calls it, once it was begun; it goes on with an older one when it has one. */
  readonly serverId: UploadId | null;
  readonly name: string;
  readonly files: readonly DatedFile[];
  /** Where the browser offers it: the way back to each file, in order; otherwise absent. */
  readonly handles?: readonly FileSystemFileHandle[];
  readonly fingerprint: string;
  readonly paused: boolean;
  /** The technician says that it goes first. */
  readonly isUrgent?: boolean;
  readonly outcome: UploadOutcome | null;
  /** Milliseconds since the epoch; the order of the queue. */
  readonly addedAtMs: number;
}

/** The digest of a chunk that was taken when it was sent, so that it need not be read again. */
export interface ChunkDigest {
  readonly index: number;
  /** SHA-256, hex. */
  readonly sha256: string;
}

/** The queue of uploads as it survives a reload. */
export interface UploadRecords {
  load(): Promise<UploadRecord[]>;
  put(record: UploadRecord): Promise<void>;
  /** With its digests. */
  remove(id: UploadId): Promise<void>;
  loadDigests(id: UploadId): Promise<ChunkDigest[]>;
  addDigests(id: UploadId, digests: readonly ChunkDigest[]): Promise<void>;
}

interface DigestRow extends ChunkDigest {
  readonly uploadId: UploadId;
}

/** Opens the queue of this browser. */
export function openUploadRecords(name = 'farscope-uploads'): UploadRecords {
  const dexie = new Dexie(name, { chromeTransactionDurability: 'strict' });
  dexie.version(1).stores({ uploads: 'id', digests: '[uploadId+index], uploadId' });
  const uploads = dexie.table<UploadRecord, string>('uploads');
  const digests = dexie.table<DigestRow>('digests');
  return {
    load: () => uploads.toArray(),
    put: async (record) => {
      await uploads.put(record);
    },
    remove: async (id) => {
      await dexie.transaction('rw', uploads, digests, async () => {
        await digests.where('uploadId').equals(id).delete();
        await uploads.delete(id);
      });
    },
    loadDigests: async (id) => {
      const rows = await digests.where('uploadId').equals(id).toArray();
      return rows.map(({ index, sha256 }) => ({ index, sha256 }));
    },
    addDigests: async (id, added) => {
      await digests.bulkPut(added.map((digest) => ({ ...digest, uploadId: id })));
    },
  };
}
