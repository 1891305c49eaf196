import type { ErrorFields } from '../../../shared/errors/app-error.ts';
import type { SlideId, UploadId } from '../../../shared/ids.ts';
import type { Mpp } from '../../../shared/slide/slide.ts';

/** A file that was dropped or picked. `path` is relative, with forward slashes; alone: its name. */
export interface LocalFile {
  readonly path: string;
  readonly file: File;
  /** Where the browser offers it, so that a reload need not ask for the file again. */
  readonly handle?: FileSystemFileHandle;
}

/** Files that make one slide: a scanner's file, or a DICOM series, or a folder format. */
export interface LocalSlide {
  readonly name: string;
  readonly files: readonly LocalFile[];
  readonly bytes: number;
}

/** What was dropped, sorted into slides; `ignored` says which files were left out, by path. */
export interface GroupedFiles {
  readonly slides: readonly LocalSlide[];
  readonly ignored: readonly string[];
}

/** What the technician should look at before sending. µm per level-0 pixel. */
export type PreviewWarning =
  | { readonly kind: 'mpp-missing' }
  | { readonly kind: 'mpp-implausible'; readonly umPerPx: number }
  | {
      readonly kind: 'mpp-against-objective';
      readonly umPerPx: number;
      readonly objectivePower: number;
    };

/** The slide as it is seen locally, before anything is sent. URLs are object URLs: `dispose` frees them. */
export type LocalPreview =
  | {
      readonly kind: 'opens';
      readonly format: string;
      readonly vendor: string | null;
      readonly widthPx: number;
      readonly heightPx: number;
      readonly mpp: Mpp | null;
      readonly objectivePower: number | null;
      readonly thumbnailUrl: string | null;
      readonly labelUrl: string | null;
      readonly warnings: readonly PreviewWarning[];
      dispose(): void;
    }
  | {
      /** A flat picture that the server turns into a pyramid. */
      readonly kind: 'flat';
      readonly codec: string;
      readonly widthPx: number;
      readonly heightPx: number;
      readonly thumbnailUrl: string | null;
      readonly warnings: readonly PreviewWarning[];
      dispose(): void;
    }
  /** Only the server can tell, when it has libopenslide. */
  | { readonly kind: 'server-decides'; readonly vendor: string }
  | { readonly kind: 'refused'; readonly code: string; readonly fields: ErrorFields };

export type UploadProgress = {
  readonly bytesSent: number;
  readonly bytesTotal: number;
};

/** Each state holds only what exists then. */
export type UploadItemState =
  | { readonly kind: 'preparing' }
  | ({ readonly kind: 'waiting' } & UploadProgress)
  | ({
      readonly kind: 'sending';
      readonly bytesPerSecond: number;
      readonly secondsLeft: number | null;
    } & UploadProgress)
  | ({ readonly kind: 'paused' } & UploadProgress)
  | ({ readonly kind: 'waiting-for-network' } & UploadProgress)
  | ({ readonly kind: 'waiting-for-room' } & UploadProgress)
  /**
   * After a reload without file access: the same file must be picked again, or, where the browser keeps the
   * way to it (`canAsk`), `resume` asks the technician for leave to read it.
   */
  | ({ readonly kind: 'needs-file'; readonly canAsk: boolean } & UploadProgress)
  | { readonly kind: 'finishing' }
  | { readonly kind: 'finished'; readonly slideId: SlideId; readonly alreadyKnown: boolean }
  | { readonly kind: 'failed'; readonly code: string; readonly fields: ErrorFields }
  | { readonly kind: 'cancelled' };

export interface UploadItem {
  readonly id: UploadId;
  readonly name: string;
  readonly bytes: number;
  readonly isUrgent: boolean;
  readonly state: UploadItemState;
  /** The slide that it becomes, once the server knows it: from its first byte on it can be looked at. */
  readonly slideId: SlideId | null;
}

/** The queue of this browser. `items` is the same array until something changes. */
export interface UploadQueue {
  readonly items: () => readonly UploadItem[];
  readonly subscribe: (listener: () => void) => () => void;
  add(slides: readonly LocalSlide[]): void;
  /**
   * Gives uploads that wait for their files what they wait for, among slides that were just chosen.
   * @returns the slides that no upload waits for
   */
  takeUp(slides: readonly LocalSlide[]): Promise<readonly LocalSlide[]>;
  pause(id: UploadId): void;
  resume(id: UploadId): void;
  cancel(id: UploadId): void;
  /** Whether it goes before all others that nobody waits for. */
  markUrgent(id: UploadId, isUrgent: boolean): void;
  retry(id: UploadId): void;
  /** Takes a finished, failed or cancelled item off the list. */
  dismiss(id: UploadId): void;
  dispose(): void;
}
