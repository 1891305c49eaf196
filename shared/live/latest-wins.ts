/**
 * The newest value of each key, for whoever comes to take them: what was not taken in time is gone. Keys leave in
 * the order in which they began to wait, so that a lively one does not keep a calm one from its turn.
 */
export class LatestWins<Key, Value> {
  readonly #waiting = new Map<Key, Value>();

  put(key: Key, value: Value): void {
    this.#waiting.set(key, value);
  }

  /** Forgets what waits under this key. */
  drop(key: Key): void {
    this.#waiting.delete(key);
  }

  /** All that waits, each key once. */
  takeAll(): readonly Value[] {
    const values = [...this.#waiting.values()];
    this.#waiting.clear();
    return values;
  }

  get size(): number {
    return this.#waiting.size;
  }
}
