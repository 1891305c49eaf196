import { AppError } from '../../../shared/errors/app-error.ts';
import type { UploadId } from '../../../shared/ids.ts';
import type { SendSlots } from './send-slots.ts';
import { itemOf, type UploadEntry } from './upload-entry.ts';
import type { UploadItem, UploadItemState } from './upload-item.ts';
import type { UploadEngineNeeds } from './upload-needs.ts';
import type { WishWatch } from './wish-watch.ts';

/** The queue as the engine holds it. */
export interface Engine {
  readonly needs: UploadEngineNeeds;
  readonly slots: SendSlots;
  readonly wishes: WishWatch;
  entries: UploadEntry[];
  /** The same array until something changes. */
  items: readonly UploadItem[];
  readonly listeners: Set<() => void>;
  /** Ends when all that were added are prepared. */
  preparing: Promise<void>;
  /** Aborted when the page goes. */
  readonly gone: AbortController;
  /** Sends one upload to its end, pause or failure. */
  readonly run: (engine: Engine, entry: UploadEntry) => Promise<void>;
}

/** Uploads that send at once; the others wait their turn, so that the first slides are there soon. */
const MOST_AT_ONCE = 3;

export function notify(engine: Engine): void {
  engine.items = engine.entries.map(itemOf);
  for (const listener of engine.listeners) listener();
}

export function findEntry(engine: Engine, id: UploadId): UploadEntry | undefined {
  return engine.entries.find((entry) => entry.id === id);
}

export function changeState(engine: Engine, entry: UploadEntry, state: UploadItemState): void {
  if (engine.gone.signal.aborted) return;
  entry.state = state;
  notify(engine);
}

/** A failure that has no name of its own is one of this page: it is said as such, and told to the console. */
export function failedState(cause: unknown): UploadItemState {
  if (cause instanceof AppError) return { kind: 'failed', code: cause.code, fields: cause.fields };
  console.error('an upload failed', cause);
  return { kind: 'failed', code: 'screen.failed', fields: {} };
}

/** For notes to the local store that only save work later: a browser that refuses them is told of, no more. */
export function inBackground(work: Promise<void>): void {
  work.catch((cause: unknown) => console.warn('the upload queue could not be noted', cause));
}

export function forget(engine: Engine, entry: UploadEntry): void {
  engine.entries = engine.entries.filter((other) => other !== entry);
  notify(engine);
}

/** Gives turns in the order of the queue. */
export function startNext(engine: Engine): void {
  let running = engine.entries.filter((entry) => entry.running !== undefined).length;
  for (const entry of engine.entries) {
    if (running >= MOST_AT_ONCE || engine.gone.signal.aborted) return;
    if (entry.state.kind !== 'waiting' || entry.running !== undefined) continue;
    running += 1;
    entry.running = engine.run(engine, entry).finally(() => {
      entry.running = undefined;
      startNext(engine);
    });
  }
}
