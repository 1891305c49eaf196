import type { SlideId, UploadId } from '../../../shared/ids.ts';
import type { TransferSample } from '../../../shared/upload/transfer-rate.ts';
import { addSample, bytesPerSecond, secondsLeft } from '../../../shared/upload/transfer-rate.ts';
import type { UploadRecord } from '../../local/uploads.ts';
import type { LocalFile, UploadItem, UploadItemState, UploadProgress } from './upload-item.ts';

/** One upload of the queue, with what only this page knows of it. Changed only by the engine. */
export interface UploadEntry {
  readonly id: UploadId;
  readonly name: string;
  readonly bytes: number;
  /** Absent after a reload, until the files are found again. */
  files: readonly LocalFile[] | undefined;
  /** Absent until the fingerprint is taken. */
  record: UploadRecord | undefined;
  state: UploadItemState;
  readonly digests: Map<number, string>;
  /** Digests that are not yet in the local store. */
  unsaved: { index: number; sha256: string }[];
  bytesSent: number;
  samples: TransferSample[];
  sinceMs: number;
  /** Ends the run in hand: a pause. */
  stop: AbortController;
  /** Ends everything: a cancel, or the page goes. */
  readonly cancel: AbortController;
  running: Promise<void> | undefined;
  /** As the server calls it, once it was begun; another tab or reload may have begun it under its own id. */
  serverId: UploadId | undefined;
  slideId: SlideId | null;
}

export function newEntry(
  id: UploadId,
  name: string,
  bytes: number,
  state: UploadItemState,
): UploadEntry {
  return {
    id,
    name,
    bytes,
    state,
    files: undefined,
    record: undefined,
    digests: new Map(),
    unsaved: [],
    bytesSent: 0,
    samples: [],
    sinceMs: 0,
    stop: new AbortController(),
    cancel: new AbortController(),
    running: undefined,
    serverId: undefined,
    slideId: null,
  };
}

export function progressOf(entry: UploadEntry): UploadProgress {
  return { bytesSent: entry.bytesSent, bytesTotal: entry.bytes };
}

export function sendingState(entry: UploadEntry, nowMs: number): UploadItemState {
  const rate = bytesPerSecond(entry.samples, nowMs, entry.sinceMs);
  return {
    kind: 'sending',
    ...progressOf(entry),
    bytesPerSecond: rate,
    secondsLeft: secondsLeft(entry.bytes - entry.bytesSent, rate),
  };
}

export function noteSent(entry: UploadEntry, bytes: number, nowMs: number): void {
  entry.bytesSent = Math.min(entry.bytes, entry.bytesSent + bytes);
  entry.samples = addSample(entry.samples, { atMs: nowMs, bytes });
}

export function itemOf({ id, name, bytes, state, record, slideId }: UploadEntry): UploadItem {
  const becomes = state.kind === 'finished' ? state.slideId : slideId;
  return { id, name, bytes, isUrgent: record?.isUrgent === true, state, slideId: becomes };
}

export function isOver({ state }: UploadEntry): boolean {
  return state.kind === 'finished' || state.kind === 'failed' || state.kind === 'cancelled';
}
