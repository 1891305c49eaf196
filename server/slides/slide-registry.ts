import { AppError } from '../../shared/errors/app-error.ts';
import { openSlide } from '../../shared/slide-format/open-slide.ts';
import type { DecodePool } from '../imaging/decode-pool.ts';
import { layOutForOpenSlide } from './openslide-folder.ts';
import type { SlidePixels } from './slide-pixels.ts';
import type { OpenStoredFiles, StoredFiles } from './stored-files.ts';
import { withWarmReads } from './warm-files.ts';

/** Which pixels: the same original gets new ones when a pyramid was built from it. */
export interface StoredSlide {
  readonly originalKey: string;
  readonly revision: number;
}

export interface SlideRegistry {
  /**
   * Runs `work` with the open slide. Opened once for all who ask; stays open while anyone works with it.
   * @throws AppError 'storage.blob-missing', 'format.*'; a failed open is tried again by the next one
   */
  use<Result>(slide: StoredSlide, work: (pixels: SlidePixels) => Promise<Result>): Promise<Result>;
  /** The original is gone from where it was: nobody begins to read it there any more. */
  forget(originalKey: string): void;
  openSlides(): number;
  close(): Promise<void>;
}

export interface SlideRegistryDeps {
  readonly openStoredFiles: OpenStoredFiles;
  readonly decode: DecodePool;
  /** For slides that libopenslide reads. */
  readonly scratchFolder: string;
  readonly log: (line: string) => void;
  /** Slides that are kept open: each holds its files and the parts of its directories that were read. */
  readonly maxOpen?: number;
}

interface Entry {
  readonly opened: Promise<Opened>;
  users: number;
  /** Nobody may begin to use it any more; it is closed when the last one is done. */
  dropped: boolean;
}

async function openPixels(
  deps: SlideRegistryDeps,
  originalKey: string,
  stored: StoredFiles,
): Promise<SlidePixels> {
  const opened = await openSlide(stored.files);
  switch (opened.kind) {
    case 'pyramid':
      return { kind: 'image', image: opened.image };
    case 'flat':
      throw new AppError('slide.not-ready', 'a flat picture without its pyramid');
    case 'openslide': {
      const { path } = await layOutForOpenSlide(deps.scratchFolder, originalKey, stored.files);
      const { vendor } = opened;
      const findings = await deps.decode.run({ kind: 'openslide-open', path, vendor });
      return { kind: 'openslide', path, findings };
    }
  }
}

interface Opened {
  readonly pixels: SlidePixels;
  readonly stored: StoredFiles;
}

/** The files of the store, with warm reads; both are closed together. */
async function openFiles(deps: SlideRegistryDeps, originalKey: string): Promise<StoredFiles> {
  const stored = await deps.openStoredFiles(originalKey);
  const warm = withWarmReads(stored.files);
  return {
    files: warm.files,
    close: async () => {
      warm.close();
      await stored.close();
    },
  };
}

async function openEntry(deps: SlideRegistryDeps, originalKey: string): Promise<Opened> {
  const stored = await openFiles(deps, originalKey);
  try {
    return { pixels: await openPixels(deps, originalKey, stored), stored };
  } catch (cause) {
    await stored.close();
    throw cause;
  }
}

/** A slide that failed to open has closed its files already, and whoever asked for it has heard why. */
async function closeEntry({ opened }: Entry, log: (line: string) => void): Promise<void> {
  const open = await opened.catch(() => undefined);
  try {
    await open?.stored.close();
  } catch (cause) {
    log(`the files of a slide could not be closed: ${String(cause)}`);
  }
}

/** Slides that are open for reading; the one unused for longest is closed first. */
export function createSlideRegistry(deps: SlideRegistryDeps): SlideRegistry {
  const { log, maxOpen = 64 } = deps;
  const entries = new Map<string, Entry>();
  const closing = new Set<Promise<void>>();

  function closeWhenUnused(entry: Entry): void {
    if (!entry.dropped || entry.users > 0) return;
    const done = closeEntry(entry, log).finally(() => closing.delete(done));
    closing.add(done);
  }

  function forget(key: string, entry: Entry): void {
    if (entries.get(key) === entry) entries.delete(key);
    if (entry.dropped) return;
    entry.dropped = true;
    closeWhenUnused(entry);
  }

  function evict(): void {
    for (const [key, entry] of entries) {
      if (entries.size <= maxOpen) return;
      if (entry.users === 0) forget(key, entry);
    }
  }

  /** At the end of the map: entries are in the order of their use. */
  function enter({ originalKey, revision }: StoredSlide): Entry {
    const key = `${originalKey}@${revision}`;
    const known = entries.get(key);
    entries.delete(key);
    const entry = known ?? { opened: openEntry(deps, originalKey), users: 0, dropped: false };
    entries.set(key, entry);
    if (known === undefined) entry.opened.catch(() => forget(key, entry));
    entry.users++;
    evict();
    return entry;
  }

  return {
    use: async (slide, work) => {
      const entry = enter(slide);
      try {
        const { pixels } = await entry.opened;
        return await work(pixels);
      } finally {
        entry.users--;
        closeWhenUnused(entry);
      }
    },
    forget: (originalKey) => {
      for (const [key, entry] of entries) if (key.startsWith(`${originalKey}@`)) forget(key, entry);
    },
    openSlides: () => entries.size,
    close: async () => {
      for (const [key, entry] of entries) forget(key, entry);
      await Promise.all(closing);
    },
  };
}
