import type { ScreenPoint } from '../../../shared/geometry/spaces.ts';

/** Where the pointer is over a pane: changes too often to be anybody's React state. */
export class PanePosition {
  #at: ScreenPoint | null = null;
  readonly #listeners = new Set<() => void>();

  readonly set = (at: ScreenPoint | null): void => {
    this.#at = at;
    for (const listener of this.#listeners) listener();
  };

  readonly get = (): ScreenPoint | null => this.#at;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}
