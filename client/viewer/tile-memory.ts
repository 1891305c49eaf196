/** Some four thousand tiles; a case of ten slides as a reader sees them is about a third of it. */
const MOST_BYTES = 96 * 1024 * 1024;

/**
 * Tiles as they came, compressed, until the page goes: the browser's cache does not keep what came in a shared
 * reply. Bounded in bytes; what was unused for longest goes first. Never on a disk: a tile is patient data.
 */
export class TileMemory {
  readonly #mostBytes: number;
  readonly #tiles = new Map<string, Blob>();
  #bytes = 0;

  constructor(mostBytes: number = MOST_BYTES) {
    this.#mostBytes = mostBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  recall(path: string): Blob | undefined {
    const tile = this.#tiles.get(path);
    if (tile === undefined) return undefined;
    this.#tiles.delete(path);
    this.#tiles.set(path, tile);
    return tile;
  }

  keep(path: string, tile: Blob): void {
    this.forget(path);
    this.#tiles.set(path, tile);
    this.#bytes += tile.size;
    for (const [oldest] of this.#tiles) {
      if (this.#bytes <= this.#mostBytes) return;
      this.forget(oldest);
    }
  }

  /** What turned out to be no picture is not offered again. */
  forget(path: string): void {
    this.#bytes -= this.#tiles.get(path)?.size ?? 0;
    this.#tiles.delete(path);
  }

  clear(): void {
    this.#tiles.clear();
    this.#bytes = 0;
  }
}
