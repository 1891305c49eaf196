import { closePicture } from './close-picture.ts';
import type { RequestPlan } from './request-plan.ts';
import type { TileAnswer, TileOutcome } from './tile-answer.ts';
import type { TileDownloadNeeds, TileWish } from './tile-wish.ts';
import { dealOut, takeMostUrgent } from './tile-queue.ts';

export interface TileDownloadOptions {
  /** Pauses before the second and following attempts; their number is the number of retries. */
  readonly backOffMs: readonly number[];
  /** Without any tile of a request. */
  readonly timeoutMs: number;
}

export const USUAL_DOWNLOADS: TileDownloadOptions = {
  backOffMs: [300, 1200, 3000],
  timeoutMs: 20_000,
};

interface Download<Image> {
  wish: TileWish<Image>;
  /** Nobody sees it yet: its bytes are kept, its picture is not made. */
  isAhead: boolean;
  /** It waits until nothing that is seen waits. */
  isBehind: boolean;
  attempt: number;
  request: Request<Image> | null;
  stopPause: (() => void) | null;
}

interface Request<Image> {
  readonly members: Map<string, Download<Image>>;
  readonly abort: AbortController;
  readonly isBehind: () => boolean;
  keepAlive: () => void;
  stopTimer: () => void;
}

/**
 * The queue of tiles of all panes. OpenSeadragon 6.1 is given no limit of its own (imageLoaderLimit 0), because
 * its loader never aborts what went out of sight, keeps a slot while it waits for a retry, and declares a tile
 * non-existent after the first failure. What is fetched ahead of the reader waits until nothing that is seen
 * waits, and gives way when something does.
 */
export class TileDownloads<Image> {
  readonly #needs: TileDownloadNeeds<Image>;
  readonly #options: TileDownloadOptions;
  readonly #all = new Set<Download<Image>>();
  readonly #waiting = new Set<Download<Image>>();
  readonly #ahead = new Map<string, Download<Image>>();
  readonly #requests = new Set<Request<Image>>();
  #isPumpDue = false;
  #disposed = false;

  constructor(needs: TileDownloadNeeds<Image>, options: TileDownloadOptions = USUAL_DOWNLOADS) {
    this.#needs = needs;
    this.#options = options;
  }

  /** How many tiles that a reader would see have not come. */
  get seenWaiting(): number {
    return [...this.#all].filter((download) => !download.isBehind).length;
  }

  request(wish: TileWish<Image>): void {
    const begun = this.#ahead.get(wish.path);
    if (begun === undefined) this.#add({ wish, isAhead: false, isBehind: wish.isPatient === true });
    else {
      begun.wish = wish;
      begun.isAhead = false;
      begun.isBehind &&= wish.isPatient === true;
      this.#ahead.delete(wish.path);
    }
    this.#pumpSoon();
  }

  /**
   * Fetches a tile that nobody sees yet; one that is under way or at hand already is left as it is.
   * @param isSoon it will be seen in a moment: it counts as seen
   */
  requestAhead(wish: TileWish<Image>, isSoon = false): void {
    const begun = this.#ahead.get(wish.path);
    if (begun !== undefined) {
      begun.wish = wish;
      begun.isBehind &&= !isSoon;
    } else if (this.#needs.recall(wish.path) === undefined) {
      this.#ahead.set(wish.path, this.#add({ wish, isAhead: true, isBehind: !isSoon }));
    }
    this.#pumpSoon();
  }

  /** Drops what has gone out of sight: requests of which nothing is wanted any more are really aborted. */
  dropUnwanted(): void {
    for (const download of [...this.#all]) if (!download.wish.isWanted()) this.#abandon(download);
    this.#pumpSoon();
  }

  dispose(): void {
    this.#disposed = true;
    for (const download of [...this.#all]) this.#abandon(download);
  }

  #add(about: Pick<Download<Image>, 'wish' | 'isAhead' | 'isBehind'>): Download<Image> {
    const download = { ...about, attempt: 0, request: null, stopPause: null };
    this.#all.add(download);
    this.#waiting.add(download);
    return download;
  }

  #forget(download: Download<Image>): void {
    this.#all.delete(download);
    this.#waiting.delete(download);
    if (download.isAhead) this.#ahead.delete(download.wish.path);
  }

  #abandon(download: Download<Image>): void {
    this.#forget(download);
    download.stopPause?.();
    const { request } = download;
    request?.members.delete(download.wish.path);
    if (request?.members.size === 0) this.#close(request);
    download.wish.onAbandoned();
  }

  #close(request: Request<Image>): void {
    request.stopTimer();
    request.abort.abort();
    this.#requests.delete(request);
  }

  /** After the task that asks: OpenSeadragon asks for the tiles of a field one by one, in one task. */
  #pumpSoon(): void {
    if (this.#isPumpDue) return;
    this.#isPumpDue = true;
    queueMicrotask(() => {
      this.#isPumpDue = false;
      if (!this.#disposed) this.#pump();
    });
  }

  #pump(): void {
    this.#takeAtHand();
    const waitingFor = (isBehind: boolean) =>
      [...this.#waiting].filter((download) => download.isBehind === isBehind);
    if (waitingFor(false).length > 0) this.#holdBack();
    for (;;) {
      const seen = waitingFor(false);
      if (!this.#begin(seen, this.#needs.plan(seen.length))) break;
    }
    if (this.seenWaiting === 0) this.#begin(waitingFor(true), this.#needs.planAhead());
  }

  #takeAtHand(): void {
    for (const download of [...this.#waiting]) {
      if (!download.wish.isWanted()) {
        this.#abandon(download);
        continue;
      }
      const blob = this.#needs.recall(download.wish.path);
      if (blob === undefined) continue;
      this.#waiting.delete(download);
      void this.#land(download, { kind: 'image', blob });
    }
  }

  /** What is fetched ahead gives its connection to what is seen, and waits its turn again. */
  #holdBack(): void {
    for (const request of this.#requests) {
      if (!request.isBehind()) continue;
      for (const download of request.members.values()) {
        download.request = null;
        this.#waiting.add(download);
      }
      request.members.clear();
      this.#close(request);
    }
  }

  /** Whether anything was begun. */
  #begin(waiting: readonly Download<Image>[], plan: RequestPlan): boolean {
    const free = Math.min(plan.streams, plan.parallel - this.#requests.size);
    if (free <= 0 || waiting.length === 0) return false;
    const taken = takeMostUrgent(waiting, free * plan.tilesEach);
    const groups = dealOut(taken, free, plan.tilesEach, (download) =>
      this.#needs.batchOf(download.wish.path),
    );
    for (const group of groups) this.#start(group);
    return true;
  }

  #start(group: readonly Download<Image>[]): void {
    const members = new Map(group.map((download) => [download.wish.path, download]));
    const request: Request<Image> = {
      members,
      abort: new AbortController(),
      isBehind: () => [...members.values()].every((download) => download.isBehind),
      keepAlive: () => {
        request.stopTimer();
        request.stopTimer = this.#needs.later(this.#options.timeoutMs, () => this.#giveUp(request));
      },
      stopTimer: () => undefined,
    };
    for (const download of group) {
      this.#waiting.delete(download);
      download.request = request;
    }
    this.#requests.add(request);
    request.keepAlive();
    void this.#carryOut(request);
  }

  async #carryOut(request: Request<Image>): Promise<void> {
    const { signal } = request.abort;
    await this.#needs.fetchTiles([...request.members.keys()], signal, (path, answer) => {
      if (signal.aborted) return;
      request.keepAlive();
      const download = request.members.get(path);
      request.members.delete(path);
      if (download !== undefined) void this.#land(download, answer);
    });
    if (signal.aborted) return;
    request.stopTimer();
    this.#requests.delete(request);
    this.#pumpSoon();
  }

  #giveUp(request: Request<Image>): void {
    const left = [...request.members.values()];
    request.members.clear();
    this.#close(request);
    for (const download of left) {
      this.#end(download, { kind: 'failed', code: 'network.unreachable' });
    }
  }

  async #land(download: Download<Image>, answer: TileAnswer): Promise<void> {
    download.request = null;
    if (answer.kind !== 'image') this.#end(download, answer);
    else if (download.isAhead) this.#forget(download);
    else {
      const outcome = await this.#needs.decode(answer.blob);
      if (outcome.kind !== 'image') this.#needs.forget(download.wish.path);
      if (this.#all.has(download)) this.#end(download, outcome);
      else if (outcome.kind === 'image') closePicture(outcome.image);
    }
    if (download.isAhead) this.#pumpSoon();
  }

  #end(download: Download<Image>, outcome: TileOutcome<Image>): void {
    download.request = null;
    const pauseMs = this.#options.backOffMs[download.attempt];
    // Ahead of the reader nothing is insisted on.
    if (outcome.kind === 'failed' && pauseMs !== undefined && !download.isAhead) {
      this.#pause(download, pauseMs);
    } else {
      this.#forget(download);
      download.wish.onEnd(outcome);
    }
    this.#pumpSoon();
  }

  #pause(download: Download<Image>, pauseMs: number): void {
    download.attempt += 1;
    download.stopPause = this.#needs.later(pauseMs, () => {
      download.stopPause = null;
      this.#waiting.add(download);
      this.#pumpSoon();
    });
  }
}
