import type { ErrorCode } from '../../shared/errors/app-error.ts';

/** How one attempt to get a tile ended. Every kind is drawn: nothing is drawn as nothing. */
export type TileOutcome<Image> =
  | { readonly kind: 'image'; readonly image: Image }
  /** 425: these chunks of its upload have not come yet. */
  | { readonly kind: 'not-arrived'; readonly chunks: readonly number[] }
  /** 401: nobody is signed in any more. */
  | { readonly kind: 'unsigned' }
  /** Not worth another attempt: damaged, refused, outside. */
  | { readonly kind: 'refused'; readonly code: ErrorCode }
  /** The line, a busy server, or bytes that did not decode: worth another attempt. */
  | { readonly kind: 'failed'; readonly code: ErrorCode };

export type TileEnd<Image> = Exclude<TileOutcome<Image>, { kind: 'failed' }> | TileFailure;
export interface TileFailure {
  readonly kind: 'failed';
  readonly code: ErrorCode;
}

export interface TileWish<Image> {
  readonly path: string;
  /** Whether the reader would still see it. Asked again before every step. */
  readonly isWanted: () => boolean;
  /** Smaller is sooner. */
  readonly urgency: () => number;
  readonly onEnd: (end: TileEnd<Image>) => void;
  /** It went out of sight before it came. */
  readonly onAbandoned: () => void;
}

export interface TileDownloadNeeds<Image> {
  readonly loadTile: (path: string, signal: AbortSignal) => Promise<TileOutcome<Image>>;
  /** Runs a task later; returns how to cancel it. */
  readonly later: (delayMs: number, task: () => void) => () => void;
}

export interface TileDownloadOptions {
  /** Requests in flight. Measured: unlimited makes a fast pan load twice the tiles it shows. */
  readonly parallel: number;
  /** Pauses before the second and following attempts; their number is the number of retries. */
  readonly backOffMs: readonly number[];
  readonly timeoutMs: number;
}

export const USUAL_DOWNLOADS: TileDownloadOptions = {
  parallel: 8,
  backOffMs: [300, 1200, 3000],
  timeoutMs: 20_000,
};

interface Download<Image> {
  readonly wish: TileWish<Image>;
  attempt: number;
  stop: (() => void) | null;
}

/**
 * The queue of tiles of one pane. OpenSeadragon 6.1 is given no limit of its own (imageLoaderLimit 0), because
 * its loader never aborts what went out of sight, keeps a slot while it waits for a retry, and declares a tile
 * non-existent after the first failure.
 */
export class TileDownloads<Image> {
  readonly #needs: TileDownloadNeeds<Image>;
  readonly #options: TileDownloadOptions;
  readonly #waiting = new Set<Download<Image>>();
  readonly #active = new Set<Download<Image>>();
  readonly #pausing = new Set<Download<Image>>();
  #disposed = false;

  constructor(needs: TileDownloadNeeds<Image>, options: TileDownloadOptions = USUAL_DOWNLOADS) {
    this.#needs = needs;
    this.#options = options;
  }

  request(wish: TileWish<Image>): void {
    this.#waiting.add({ wish, attempt: 0, stop: null });
    this.#pump();
  }

  /** Drops what has gone out of sight: requests in flight are really aborted. */
  dropUnwanted(): void {
    for (const download of this.#all()) if (!download.wish.isWanted()) this.#abandon(download);
    this.#pump();
  }

  dispose(): void {
    this.#disposed = true;
    for (const download of this.#all()) this.#abandon(download);
  }

  #all(): readonly Download<Image>[] {
    return [...this.#waiting, ...this.#pausing, ...this.#active];
  }

  #abandon(download: Download<Image>): void {
    this.#waiting.delete(download);
    this.#active.delete(download);
    this.#pausing.delete(download);
    download.stop?.();
    download.wish.onAbandoned();
  }

  #pump(): void {
    while (!this.#disposed && this.#active.size < this.#options.parallel) {
      const next = this.#takeMostUrgent();
      if (next === null) return;
      if (next.wish.isWanted()) this.#start(next);
      else this.#abandon(next);
    }
  }

  #takeMostUrgent(): Download<Image> | null {
    let best: Download<Image> | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const download of this.#waiting) {
      const urgency = download.wish.urgency();
      if (best === null || urgency < least) [best, least] = [download, urgency];
    }
    if (best !== null) this.#waiting.delete(best);
    return best;
  }

  #start(download: Download<Image>): void {
    const abort = new AbortController();
    const cancelTimeout = this.#needs.later(this.#options.timeoutMs, () => {
      this.#end(download, { kind: 'failed', code: 'network.unreachable' });
      abort.abort();
    });
    this.#active.add(download);
    download.stop = () => {
      cancelTimeout();
      abort.abort();
    };
    void this.#await(download, abort.signal, cancelTimeout);
  }

  async #await(
    download: Download<Image>,
    signal: AbortSignal,
    cancelTimeout: () => void,
  ): Promise<void> {
    const outcome = await this.#needs.loadTile(download.wish.path, signal);
    cancelTimeout();
    if (!signal.aborted) this.#end(download, outcome);
  }

  #end(download: Download<Image>, outcome: TileOutcome<Image>): void {
    this.#active.delete(download);
    download.stop = null;
    const pauseMs = this.#options.backOffMs[download.attempt];
    if (outcome.kind === 'failed' && pauseMs !== undefined) this.#pause(download, pauseMs);
    else download.wish.onEnd(outcome);
    this.#pump();
  }

  #pause(download: Download<Image>, pauseMs: number): void {
    download.attempt += 1;
    this.#pausing.add(download);
    download.stop = this.#needs.later(pauseMs, () => {
      this.#pausing.delete(download);
      download.stop = null;
      this.#waiting.add(download);
      this.#pump();
    });
  }
}
