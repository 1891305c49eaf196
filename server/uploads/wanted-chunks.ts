import type { WantedLine } from '../../shared/api/endpoints/uploads.ts';
import type { AccountId, UploadId } from '../../shared/ids.ts';
import { shareFairly } from '../../shared/upload/wish-order.ts';
import { followChanges } from '../http/follow-changes.ts';
import { createWakeUps, type WakeUps } from '../http/wake-ups.ts';

/**
 * Wishes of readers for chunks that have not arrived, as every process knows them: what is wished in one is
 * told to all (see arriving-words.ts). In memory: whoever still waits asks again.
 */
export interface WantedChunks {
  wish(upload: WishedUpload, reader: string, chunks: readonly number[]): void;
  /** They have arrived: nobody waits for them any more. */
  arrived(uploadId: UploadId, chunks: Iterable<number>): void;
  forget(uploadId: UploadId): void;
  /** What is wished of this account's uploads, as lines (WantedLine): now, and whenever more is. */
  follow(sender: AccountId, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

export interface WishedUpload {
  readonly id: UploadId;
  /** Who sends it. */
  readonly accountId: AccountId;
}

interface Wish {
  /** Wishes of one moment keep the order in which they came; a later moment comes before an earlier. */
  readonly moment: number;
  readonly untilMs: number;
}

interface Wished {
  readonly accountId: AccountId;
  /** Who reads the directory stands first: without it nobody sees anything. */
  readonly readers: Map<string, Map<number, Wish>>;
}

/** Under this name the server itself asks for what it needs to open the slide. */
export const DIRECTORY_READER = 'directory';

/** Viewers ask again at least every 8 s for what they still show. */
const KEPT_MS = 12_000;
const MOMENT_MS = 250;
/** A screen asks for its tiles within a few milliseconds: they are told together. */
const GATHER_MS = 15;
const MOST_TOLD = 1_024;

function listOf(wishes: ReadonlyMap<number, Wish>, nowMs: number): number[] {
  return [...wishes]
    .filter(([, { untilMs }]) => untilMs > nowMs)
    .toSorted(([, a], [, b]) => b.moment - a.moment)
    .map(([chunk]) => chunk);
}

function orderOf({ readers }: Wished, nowMs: number): number[] {
  const directory = readers.get(DIRECTORY_READER);
  const others = [...readers].filter(([name]) => name !== DIRECTORY_READER);
  const first = directory === undefined ? [] : listOf(directory, Number.NEGATIVE_INFINITY);
  const shared = shareFairly(others.map(([, wishes]) => listOf(wishes, nowMs)));
  return [...new Set([...first, ...shared])].slice(0, MOST_TOLD);
}

/** @param now milliseconds since the epoch */
export function createWantedChunks(now: () => number): WantedChunks {
  const uploads = new Map<UploadId, Wished>();
  const changes = new Map<AccountId, WakeUps>();

  function changesOf(account: AccountId): WakeUps {
    const known = changes.get(account) ?? createWakeUps();
    changes.set(account, known);
    return known;
  }

  function wantedOf(sender: AccountId): WantedLine {
    const wanted = [...uploads]
      .filter(([, { accountId }]) => accountId === sender)
      .map(([uploadId, wished]) => ({ uploadId, chunks: orderOf(wished, now()) }))
      .filter(({ chunks }) => chunks.length > 0);
    return { wanted };
  }

  return {
    wish: ({ id, accountId }, reader, chunks) => {
      const wished = uploads.get(id) ?? { accountId, readers: new Map() };
      uploads.set(id, wished);
      const wishes = wished.readers.get(reader) ?? new Map<number, Wish>();
      wished.readers.set(reader, wishes);
      const nowMs = now();
      const wish = { moment: Math.floor(nowMs / MOMENT_MS), untilMs: nowMs + KEPT_MS };
      let isNew = false;
      for (const chunk of chunks) {
        isNew ||= (wishes.get(chunk)?.untilMs ?? 0) <= nowMs;
        wishes.delete(chunk);
        wishes.set(chunk, wish);
      }
      if (isNew) changesOf(accountId).raise();
    },
    arrived: (uploadId, chunks) => {
      const readers = uploads.get(uploadId)?.readers.values() ?? [];
      const gone = [...chunks];
      for (const wishes of readers) for (const chunk of gone) wishes.delete(chunk);
    },
    forget: (uploadId) => uploads.delete(uploadId),
    follow: (sender, signal) =>
      followChanges({
        changes: changesOf(sender),
        read: () => Promise.resolve({ value: wantedOf(sender) }),
        gatherMs: GATHER_MS,
        signal,
      }),
  };
}
