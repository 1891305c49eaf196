import { setTimeout as sleep } from 'node:timers/promises';
import type { AccountId, UploadId } from '../../shared/ids.ts';
import { shareFairly } from '../../shared/upload/wish-order.ts';

/** What the sender of some uploads is told: chunks that somebody waits for, most wanted first. */
export interface WantedReply {
  readonly version: number;
  readonly wanted: { uploadId: UploadId; chunks: number[] }[];
}

/** Wishes of readers for chunks that have not arrived. In memory: whoever still waits asks again. */
export interface WantedChunks {
  wish(upload: WishedUpload, reader: string, chunks: readonly number[]): void;
  /** They have arrived: nobody waits for them any more. */
  arrived(uploadId: UploadId, chunks: Iterable<number>): void;
  forget(uploadId: UploadId): void;
  /** Resolves when the version is not `since` (any more), when `waitMs` are over, or when the caller is gone. */
  next(
    sender: AccountId,
    since: number | undefined,
    options: { readonly waitMs: number; readonly signal: AbortSignal },
  ): Promise<WantedReply>;
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
const MOST_TOLD = 256;

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

/** Counts changes, and wakes who waits for the next. */
function createVersions() {
  // Not from 0: a sender that has waited through a restart is told at once.
  let version = Math.floor(performance.timeOrigin % 1_000_000) * 1_000;
  const waiting = new Set<() => void>();
  return {
    now: () => version,
    raise: () => {
      version += 1;
      for (const wake of waiting) wake();
    },
    changed: (waitMs: number, signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          waiting.delete(end);
          signal.removeEventListener('abort', end);
          resolve();
        };
        const timer = setTimeout(end, waitMs);
        waiting.add(end);
        signal.addEventListener('abort', end, { once: true });
        if (signal.aborted) end();
      }),
  };
}

/** @param now milliseconds since the epoch */
export function createWantedChunks(now: () => number): WantedChunks {
  const uploads = new Map<UploadId, Wished>();
  const versions = new Map<AccountId, ReturnType<typeof createVersions>>();

  function versionsOf(account: AccountId) {
    const known = versions.get(account) ?? createVersions();
    versions.set(account, known);
    return known;
  }

  function reply(sender: AccountId): WantedReply {
    const wanted = [...uploads]
      .filter(([, { accountId }]) => accountId === sender)
      .map(([uploadId, wished]) => ({ uploadId, chunks: orderOf(wished, now()) }))
      .filter(({ chunks }) => chunks.length > 0);
    return { version: versionsOf(sender).now(), wanted };
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
      if (isNew) versionsOf(accountId).raise();
    },
    arrived: (uploadId, chunks) => {
      const readers = uploads.get(uploadId)?.readers.values() ?? [];
      const gone = [...chunks];
      for (const wishes of readers) for (const chunk of gone) wishes.delete(chunk);
    },
    forget: (uploadId) => uploads.delete(uploadId),
    next: async (sender, since, { waitMs, signal }) => {
      const version = versionsOf(sender);
      if (version.now() === since) {
        await version.changed(waitMs, signal);
        if (!signal.aborted && version.now() !== since) await sleep(GATHER_MS);
      }
      return reply(sender);
    },
  };
}
