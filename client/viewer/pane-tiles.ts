import type { ErrorCode } from '../../shared/errors/app-error.ts';
import { hasIndex, type Run } from '../../shared/upload/received-runs.ts';
import { drawHatch, type HatchKind } from './hatch.ts';
import type { ServedSlide, TileOrder } from './slide-tile-source.ts';
import type { TileOutcome } from './tile-answer.ts';
import type { TileDownloads } from './tile-downloads.ts';
import {
  distanceFromCentre,
  isCheapUnderlay,
  isInSight,
  isWorthLoading,
  type Sight,
  type SlideRect,
} from './tile-sight.ts';
import type { TileWish } from './tile-wish.ts';

/** A tile that is drawn hatched, and the canvas on which its picture will appear when it comes. */
interface Mark {
  readonly order: TileOrder;
  readonly ctx: CanvasRenderingContext2D;
  kind: HatchKind;
  code: ErrorCode;
  /** Of its upload, for which it waits. */
  chunks: readonly number[];
  asks: number;
  isAsking: boolean;
}

interface Needs {
  /** The queue that all panes share. */
  readonly downloads: TileDownloads<ImageBitmap>;
  readonly later: (delayMs: number, task: () => void) => () => void;
  readonly sight: () => Sight;
  /** The picture of a tile that is already on the screen has changed. */
  readonly redraw: () => void;
  readonly onUnsigned: () => void;
}

export interface MarkCount {
  readonly failed: number;
  readonly waiting: number;
}

/**
 * How soon a tile that had not arrived is asked for again, if nobody says that it has: the wish for it must not be
 * forgotten. At most every 8 s.
 */
function reaskMs(asks: number): number {
  return Math.min(8000, 1200 * 1.4 ** asks);
}

const AFTER_ARRIVAL_MS = 150;
function rectOf(order: TileOrder, tileBounds: { x: number; y: number }, slideWidthPx: number) {
  return {
    x: tileBounds.x * slideWidthPx,
    y: tileBounds.y * slideWidthPx,
    widthPx: order.widthPx * order.downsample,
    heightPx: order.heightPx * order.downsample,
  } satisfies SlideRect;
}

function makeContext(order: TileOrder): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas');
  canvas.width = order.widthPx;
  canvas.height = order.heightPx;
  const ctx = canvas.getContext('2d');
  if (ctx === null) throw new Error('the browser gives no 2d context');
  return ctx;
}

/** A picture smaller than its place would leave glass where tissue may be; a larger one is padded and cut. */
function fits(image: ImageBitmap, order: TileOrder): boolean {
  return image.width >= order.widthPx && image.height >= order.heightPx;
}

/**
 * The tiles of one pane. Each keeps one canvas for its life: what came is painted on it, or a hatch. So a hatch
 * turns, flips and hides coarser levels as a tile does, and when the picture comes later it is painted on the
 * same canvas, with nothing to invalidate inside OpenSeadragon.
 */
export class PaneTiles {
  readonly #needs: Needs;
  readonly #slide: ServedSlide;
  readonly #marks = new Map<string, Mark>();
  #arrived: readonly Run[] = [];
  #disposed = false;

  constructor(needs: Needs, slide: ServedSlide) {
    this.#needs = needs;
    this.#slide = slide;
  }

  /** @param isUnderlay the coarsest level under all others: always wanted, before all others */
  begin(order: TileOrder, isUnderlay: boolean): void {
    const { pyramid } = this.#slide;
    const rect = rectOf(order, order.job.tile.bounds, pyramid.widthPx);
    const { sight, downloads } = this.#needs;
    // There is nothing coarser: at any distance.
    const isCoarsest = order.address.level === pyramid.levels.length - 1;
    const downsample = isCoarsest ? Number.POSITIVE_INFINITY : order.downsample;
    const isWorth = () => isWorthLoading(sight(), pyramid.levels, order.address.level);
    if (!isUnderlay && !isWorth()) {
      leaveUnloaded(order.job);
      return;
    }
    downloads.request({
      path: order.path,
      isWanted: () =>
        !this.#disposed && (isUnderlay || (isInSight(sight(), rect, downsample) && isWorth())),
      urgency: () => (isUnderlay ? -1 : distanceFromCentre(sight(), rect)),
      isPatient: isUnderlay && !isCheapUnderlay(sight(), pyramid.levels),
      onEnd: (end) => this.#finish(order, end),
      onAbandoned: () => leaveUnloaded(order.job),
    });
  }

  dropUnwanted(): void {
    this.#needs.downloads.dropUnwanted();
  }

  /** How many of these tiles (their addresses' paths) are hatched. */
  countMarks(paths: Iterable<string>): MarkCount {
    let [failed, waiting] = [0, 0];
    for (const path of paths) {
      const kind = this.#marks.get(path)?.kind;
      if (kind === 'failed') failed += 1;
      else if (kind === 'waiting') waiting += 1;
    }
    return { failed, waiting };
  }

  /** These chunks of the slide's upload are there: tiles that wait for no other are asked for at once. */
  noteArrived(arrived: readonly Run[]): void {
    this.#arrived = arrived;
    for (const mark of this.#marks.values()) if (this.#isThere(mark)) this.#reask(mark);
  }

  retryFailed(): void {
    this.#forgetEvicted();
    for (const mark of this.#marks.values()) if (mark.kind === 'failed') this.#ask(mark);
  }

  dispose(): void {
    this.#disposed = true;
    this.#marks.clear();
    this.#needs.downloads.dropUnwanted();
  }

  #finish(order: TileOrder, end: TileOutcome<ImageBitmap>): void {
    const ctx = makeContext(order);
    if (end.kind === 'image' && fits(end.image, order)) {
      this.#marks.delete(order.path);
      paint(ctx, end.image);
    } else {
      this.#mark(order, ctx, end);
    }
    // 'context2d' is the canvas drawer's own type: no conversion, no copy, the same canvas is drawn.
    order.job.finish(ctx, null, 'context2d');
  }

  #mark(order: TileOrder, ctx: CanvasRenderingContext2D, end: TileOutcome<ImageBitmap>): void {
    const kind = end.kind === 'not-arrived' ? 'waiting' : 'failed';
    const chunks = chunksOf(end);
    const mark: Mark = { order, ctx, kind, code: codeOf(end), chunks, asks: 0, isAsking: false };
    this.#marks.set(order.path, mark);
    drawHatch(ctx, kind);
    this.#afterMark(mark, end);
  }

  #afterMark(mark: Mark, end: TileOutcome<ImageBitmap>): void {
    if (end.kind === 'unsigned') this.#needs.onUnsigned();
    if (mark.kind !== 'waiting') return;
    // They came while it was being asked for. Not at once: a server of several may learn of it later.
    const pauseMs = this.#isThere(mark) ? AFTER_ARRIVAL_MS : reaskMs(mark.asks);
    this.#needs.later(pauseMs, () => this.#reask(mark));
  }

  #isThere({ kind, chunks }: Mark): boolean {
    if (kind !== 'waiting' || chunks.length === 0) return false;
    return chunks.every((chunk) => hasIndex(this.#arrived, chunk));
  }

  #reask(mark: Mark): void {
    if (this.#marks.get(mark.order.path) !== mark || mark.kind !== 'waiting') return;
    if (isEvicted(mark)) this.#marks.delete(mark.order.path);
    else this.#ask(mark);
  }

  #ask(mark: Mark): void {
    if (mark.isAsking) return;
    mark.isAsking = true;
    mark.asks += 1;
    const wish: TileWish<ImageBitmap> = {
      path: mark.order.path,
      isWanted: () => this.#marks.get(mark.order.path) === mark,
      urgency: () => 0,
      onEnd: (end) => this.#answer(mark, end),
      onAbandoned: () => void (mark.isAsking = false),
    };
    this.#needs.downloads.request(wish);
  }

  #answer(mark: Mark, end: TileOutcome<ImageBitmap>): void {
    mark.isAsking = false;
    if (isEvicted(mark)) {
      this.#marks.delete(mark.order.path);
      return;
    }
    if (end.kind === 'image' && fits(end.image, mark.order)) {
      this.#marks.delete(mark.order.path);
      paint(mark.ctx, end.image);
    } else {
      mark.kind = end.kind === 'not-arrived' ? 'waiting' : 'failed';
      mark.code = codeOf(end);
      mark.chunks = chunksOf(end);
      drawHatch(mark.ctx, mark.kind);
      this.#afterMark(mark, end);
    }
    this.#needs.redraw();
  }

  #forgetEvicted(): void {
    for (const [path, mark] of this.#marks) if (isEvicted(mark)) this.#marks.delete(path);
  }
}

function chunksOf(end: TileOutcome<ImageBitmap>): readonly number[] {
  return end.kind === 'not-arrived' ? end.chunks : [];
}

function codeOf(end: TileOutcome<ImageBitmap>): ErrorCode {
  if (end.kind === 'not-arrived') return 'tile.not-arrived';
  if (end.kind === 'unsigned') return 'access.unsigned';
  // A picture gets here only when it does not fill its place.
  return end.kind === 'image' ? 'tile.unreadable' : end.code;
}

/** OpenSeadragon frees a canvas by setting its size to nothing. */
function isEvicted(mark: Mark): boolean {
  return mark.ctx.canvas.width === 0;
}

function paint(ctx: CanvasRenderingContext2D, image: ImageBitmap): void {
  ctx.clearRect(0, 0, ctx.canvas.width, ctx.canvas.height);
  ctx.drawImage(image, 0, 0);
  image.close();
}

/**
 * Ends a job without an outcome, so that the tile is asked for again when it comes back into sight.
 * job.fail() would not do: 6.1.1 then sets tile.exists to false, for ever.
 */
function leaveUnloaded(job: OpenSeadragon.ImageJob): void {
  if (job.jobId !== null) window.clearTimeout(job.jobId);
  job.jobId = null;
  job.tile.loading = false;
}
