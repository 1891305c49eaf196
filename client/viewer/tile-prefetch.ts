import { tilePath } from '../../shared/slide/tile-address.ts';
import { type RegionOfInterest, tilesOfView } from './fields-ahead.ts';
import type { MeasuredLine } from './request-plan.ts';
import type { ServedSlide } from './slide-tile-source.ts';
import type { TileDownloads } from './tile-downloads.ts';

/** However fast the line: what is fetched in vain is paid for by somebody. */
const MOST_BYTES = 6 * 1024 * 1024;
/** What a reader's pause on a field may fill. */
const MOST_MS = 2500;
const USUAL_TILE_BYTES = 24 * 1024;

export interface PrefetchNeeds {
  readonly downloads: Pick<TileDownloads<ImageBitmap>, 'requestAhead' | 'dropUnwanted'>;
  readonly line: () => MeasuredLine;
}

/** As many tiles as the line brings in a pause. */
export function tilesWithinBudget({ bytesPerMs }: MeasuredLine): number {
  const bytes = Math.min(MOST_BYTES, (bytesPerMs ?? 0) * MOST_MS);
  return Math.floor(bytes / USUAL_TILE_BYTES);
}

function pathsOf(
  { pyramid, slideId, revision, quality }: ServedSlide,
  regions: readonly RegionOfInterest[],
): readonly string[] {
  const addresses = regions.flatMap((region) => tilesOfView(pyramid, region));
  return [...new Set(addresses.map((address) => tilePath(slideId, revision, address, quality)))];
}

/** Fetches tiles that may be looked at next, one plan at a time: what a new plan leaves out is given up. */
export class TilePrefetch {
  readonly #needs: PrefetchNeeds;
  #planned = new Map<string, number>();

  constructor(needs: PrefetchNeeds) {
    this.#needs = needs;
  }

  /**
   * @param regions the likeliest first
   * @param urgency larger is later, between plans
   */
  plan(slide: ServedSlide, regions: readonly RegionOfInterest[], urgency: number): void {
    this.#follow(
      pathsOf(slide, regions).slice(0, tilesWithinBudget(this.#needs.line())),
      urgency,
      false,
    );
  }

  /** What will be seen in a moment: at once, and without a limit, as if it were seen. */
  planSoon(slide: ServedSlide, regions: readonly RegionOfInterest[]): void {
    this.#follow(pathsOf(slide, regions), 0, true);
  }

  dispose(): void {
    this.#planned.clear();
    this.#needs.downloads.dropUnwanted();
  }

  #follow(paths: readonly string[], urgency: number, isSoon: boolean): void {
    const planned = new Map(paths.map((path, rank) => [path, urgency + rank]));
    this.#planned = planned;
    const { downloads } = this.#needs;
    downloads.dropUnwanted();
    for (const path of paths) {
      const wish = {
        path,
        isWanted: () => this.#planned.has(path),
        urgency: () => this.#planned.get(path) ?? Number.POSITIVE_INFINITY,
        onEnd: () => undefined,
        onAbandoned: () => undefined,
      };
      downloads.requestAhead(wish, isSoon);
    }
  }
}
