import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../shared/errors/app-error.ts';
import type { SlideId } from '../../shared/ids.ts';
import { columnsOf, rowsOf } from '../../shared/slide/pyramid.ts';
import type { TileAddress } from '../../shared/slide/tile-address.ts';
import type { DecodePool } from '../imaging/decode-pool.ts';
import type { DiskTiles } from './disk-tiles.ts';
import { type ReadySlide, tileKey, type TileReader } from './read-tile.ts';

export interface ComposeAheadNeeds {
  /** The slide when its tiles can be served; undefined: it was cancelled, deleted, or did not open. */
  readonly findSlide: (id: SlideId) => Promise<ReadySlide | undefined>;
  readonly tiles: Pick<TileReader, 'read'>;
  readonly disk: Pick<DiskTiles, 'has'>;
  readonly decode: Pick<DecodePool, 'counts'>;
  /** Of the disk cache; one level of one slide may take a quarter. */
  readonly cacheBytes: number;
  readonly log: (line: string) => void;
  /** From the arrival of a slide to the first tile. */
  readonly settleMs?: number;
  /** How soon it is looked again whether the decode processes are idle. */
  readonly glanceMs?: number;
}

/**
 * Composes what the files of new slides lack while nobody else needs the decode processes. A scanner that keeps
 * every fourth level leaves 20x to us, at some 90 tiles a second on two cores: enough for one reader, not for
 * a department. Who reads the slide later finds them on disk.
 */
export interface ComposeAhead {
  add(id: SlideId): void;
  /** Slides that wait or are under way. */
  size(): number;
  close(): Promise<void>;
}

const SETTLE_MS = 5_000;
const GLANCE_MS = 50;
const MAX_SLIDES = 1_000;
/** A composed tile of tissue, 512 px at our quality; measured 178 kB. */
const USUAL_TILE_BYTES = 180_000;
/** One lane for all that nobody has asked for yet. */
const LANE = 'ahead';

/** The tiles of the levels that the file lacks, the coarsest first: whoever opens the slide sees them first. */
export function* tilesToCompose(slide: ReadySlide, cacheBytes: number): Generator<TileAddress> {
  const { levels } = slide.properties.pyramid;
  for (let level = levels.length - 1; level >= 0; level--) {
    const served = levels[level];
    if (served === undefined || served.fileLevel !== null) continue;
    const [columns, rows] = [columnsOf(served), rowsOf(served)];
    // More of one slide would push what others need out of the cache.
    if (columns * rows * USUAL_TILE_BYTES > cacheBytes / 4) continue;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) yield { level, column, row };
    }
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // An abort ends the pause: whoever paused looks at the signal next.
  await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
}

/** Waits until no reader's tile is being composed. */
async function waitForQuiet(
  { decode, glanceMs = GLANCE_MS }: ComposeAheadNeeds,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const { busy, waiting } = decode.counts();
    if (signal.aborted || busy + waiting === 0) return;
    await pause(glanceMs, signal);
  }
}

async function composeSlide(
  needs: ComposeAheadNeeds,
  slide: ReadySlide,
  signal: AbortSignal,
): Promise<void> {
  const { tiles, disk, cacheBytes } = needs;
  for (const address of tilesToCompose(slide, cacheBytes)) {
    if (disk.has(tileKey(slide, address))) continue;
    await waitForQuiet(needs, signal);
    if (signal.aborted) return;
    await tiles.read(slide, address, LANE);
  }
}

export function createComposeAhead(needs: ComposeAheadNeeds): ComposeAhead {
  const { findSlide, log, settleMs = SETTLE_MS } = needs;
  const waiting = new Set<SlideId>();
  const closing = new AbortController();
  const { signal } = closing;
  let running: Promise<void> | undefined;

  async function one(id: SlideId): Promise<void> {
    try {
      const slide = await findSlide(id);
      if (slide !== undefined) await composeSlide(needs, slide, signal);
    } catch (cause) {
      // Nobody waits for it; who asks for the damaged tile itself is told.
      const why = cause instanceof AppError ? cause.code : String(cause);
      if (!signal.aborted) log(`composing ahead ended early: ${why}`);
    }
  }

  async function run(): Promise<void> {
    await pause(settleMs, signal);
    for (const id of waiting) {
      if (signal.aborted) return;
      await one(id);
      waiting.delete(id);
    }
  }

  function start(): void {
    running ??= run().finally(() => {
      running = undefined;
      // One may have come while the last was being crossed off.
      if (waiting.size > 0 && !signal.aborted) start();
    });
  }

  return {
    add: (id) => {
      if (signal.aborted || waiting.size >= MAX_SLIDES) return;
      waiting.add(id);
      start();
    },
    size: () => waiting.size,
    close: async () => {
      closing.abort();
      await running;
    },
  };
}
