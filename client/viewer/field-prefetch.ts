import type { ViewState } from '../../shared/geometry/view-state.ts';
import { fieldsAhead, type RegionOfInterest, stepBetween } from './fields-ahead.ts';
import type { ServedSlide } from './slide-tile-source.ts';
import { type PrefetchNeeds, TilePrefetch } from './tile-prefetch.ts';

/** Follows one pane: what it goes to, and from where it rests, what lies around. */
export class FieldPrefetch {
  readonly #tiles: TilePrefetch;
  readonly #slide: ServedSlide;
  #rested: ViewState | null = null;
  #planned: ViewState | null = null;

  constructor(needs: PrefetchNeeds, slide: ServedSlide) {
    this.#tiles = new TilePrefetch(needs);
    this.#slide = slide;
  }

  /** The camera is on its way: its goal need not wait until it gets there. */
  approach(goal: RegionOfInterest): void {
    this.#tiles.planSoon(this.#slide, [goal]);
  }

  /** The field is complete; said as often as one likes. */
  rest(field: RegionOfInterest): void {
    const { view, pane } = field;
    if (this.#planned === view) return;
    this.#planned = view;
    const step = this.#rested === null ? null : stepBetween(this.#rested, view, pane);
    const regions = fieldsAhead(field, step).map((next) => ({ ...field, view: next }));
    this.#tiles.plan(this.#slide, regions, 1000);
    this.#rested = view;
  }

  dispose(): void {
    this.#tiles.dispose();
  }
}
