import type { UploadItem, UploadItemState } from '../../api/upload/upload-item.ts';

type Kind = UploadItemState['kind'];

const STOPPABLE: ReadonlySet<Kind> = new Set([
  'waiting',
  'sending',
  'waiting-for-network',
  'waiting-for-room',
]);
const OVER: ReadonlySet<Kind> = new Set(['finished', 'failed', 'cancelled']);

export function canPause({ state }: UploadItem): boolean {
  return STOPPABLE.has(state.kind);
}

export function isOver({ state }: UploadItem): boolean {
  return OVER.has(state.kind);
}

/** The queue as its head sums it up. */
export interface QueueGroups {
  readonly stoppable: readonly UploadItem[];
  readonly paused: readonly UploadItem[];
  /** Nothing is left to do for them: they may leave the list. */
  readonly done: readonly UploadItem[];
  readonly underWay: number;
  readonly failed: number;
}

export function groupQueue(items: readonly UploadItem[]): QueueGroups {
  return {
    stoppable: items.filter(canPause),
    paused: items.filter(({ state }) => state.kind === 'paused'),
    done: items.filter(({ state }) => state.kind === 'finished' || state.kind === 'cancelled'),
    underWay: items.filter((item) => !isOver(item)).length,
    failed: items.filter(({ state }) => state.kind === 'failed').length,
  };
}
