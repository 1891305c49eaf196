import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChunkDigest, UploadRecord, UploadRecords } from '../../client/local/uploads.ts';
import { digestChunk } from '../../client/api/upload/digest-chunk.ts';
import { createUploadApi } from '../../client/api/upload/upload-api.ts';
import { createUploadEngine, type UploadEngine } from '../../client/api/upload/upload-engine.ts';
import type {
  LocalFile,
  LocalSlide,
  UploadItem,
  UploadItemState,
} from '../../client/api/upload/upload-item.ts';
import type { ChunkReader, FileFinder, PlanOrder } from '../../client/api/upload/upload-needs.ts';
import { UploadId } from '../../shared/ids.ts';
import { AppError } from '../../shared/errors/app-error.ts';

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The queue's memory without a browser: what a reload would find again. */
export function memoryRecords(): UploadRecords {
  const uploads = new Map<string, UploadRecord>();
  const digests = new Map<string, Map<number, ChunkDigest>>();
  return {
    load: () => Promise.resolve([...uploads.values()]),
    put: async (record) => void uploads.set(record.id, structuredClone(record)),
    remove: async (id) => {
      uploads.delete(id);
      digests.delete(id);
    },
    loadDigests: async (id) => [...(digests.get(id)?.values() ?? [])],
    addDigests: async (id, added) => {
      const known = digests.get(id) ?? new Map<number, ChunkDigest>();
      for (const digest of added) known.set(digest.index, digest);
      digests.set(id, known);
    },
  };
}

/** Reads in this thread; the browser does it in a worker, with the same function. */
const readHere: ChunkReader = {
  read: async (file, offset, bytes) => {
    try {
      return await digestChunk(file, offset, bytes);
    } catch (cause) {
      throw new AppError('upload.file-changed', String(cause));
    }
  },
};

export const nothingToReopen: FileFinder = { reopen: () => Promise.resolve(undefined) };

/** Whether there is a network, as a test says. */
export function switchableNetwork() {
  let online = true;
  const listeners = new Set<() => void>();
  return {
    isOnline: () => online,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set: (value: boolean) => {
      online = value;
      for (const listener of listeners) listener();
    },
  };
}

export interface EngineOptions {
  readonly fetch: Fetch;
  readonly records?: UploadRecords;
  readonly planOrder?: PlanOrder;
  readonly files?: FileFinder;
  readonly online?: ReturnType<typeof switchableNetwork>;
  readonly sleep?: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

/** Pauses a hundredth as long: the rules are the same, the test is short. */
async function shortSleep(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(Math.ceil(delayMs / 100), undefined, { signal });
  } catch (cause) {
    throw signal.aborted ? signal.reason : cause;
  }
}

export function startEngine(options: EngineOptions): UploadEngine {
  return createUploadEngine({
    api: createUploadApi(options.fetch),
    chunks: readHere,
    planOrder: options.planOrder ?? (() => Promise.resolve()),
    records: options.records ?? memoryRecords(),
    files: options.files ?? nothingToReopen,
    clock: { now: () => performance.now(), sleep: options.sleep ?? shortSleep },
    online: options.online ?? switchableNetwork(),
    random: Math.random,
    newId: () => UploadId.parse(randomUUID()),
    dateNow: Date.now,
  });
}

export function localSlide(name: string, contents: readonly Uint8Array[]): LocalSlide {
  const files: LocalFile[] = contents.map((content, at) => {
    const path = contents.length === 1 ? `${name}.svs` : `${at}.dcm`;
    const bytes = content as Uint8Array<ArrayBuffer>;
    return { path, file: new File([bytes], path, { lastModified: 1_700_000_000_000 }) };
  });
  return { name, files, bytes: contents.reduce((sum, { length }) => sum + length, 0) };
}

/** Resolves when an item is as asked; rejects when it fails otherwise, so that a test says why. */
export async function until(
  engine: UploadEngine,
  name: string,
  wanted: (state: UploadItemState) => boolean,
): Promise<UploadItem> {
  return await new Promise((resolve, reject) => {
    const look = (): void => {
      const item = engine.items().find((candidate) => candidate.name === name);
      if (item === undefined) return;
      if (wanted(item.state)) {
        unsubscribe();
        resolve(item);
      } else if (item.state.kind === 'failed') {
        unsubscribe();
        reject(new Error(`${name} failed: ${item.state.code}`));
      }
    };
    const unsubscribe = engine.subscribe(look);
    look();
  });
}

export const isKind =
  (...kinds: readonly UploadItemState['kind'][]) =>
  (state: UploadItemState): boolean =>
    kinds.includes(state.kind);

/** Counts what the server acknowledged of each chunk, whether or not the answer reached the engine. */
export function countAcknowledged() {
  const counts = new Map<string, number>();
  return {
    note: (url: string, method: string | undefined, status: number): void => {
      if (method !== 'PUT' || status !== 200) return;
      const key = new URL(url, 'http://server').pathname;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
    total: (): number => counts.size,
    twice: (): string[] => [...counts].filter(([, count]) => count > 1).map(([key]) => key),
  };
}
