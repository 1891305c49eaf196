/** Recent tiles in memory, bounded in bytes; the one unused for longest goes first. */
export interface MemoryTiles {
  get(key: string): Buffer | undefined;
  set(key: string, tile: Buffer): void;
  bytes(): number;
}

/** A Map keeps insertion order: what is used is put at the end, what is at the front goes. */
export function createMemoryTiles(maxBytes: number): MemoryTiles {
  const tiles = new Map<string, Buffer>();
  let bytes = 0;
  return {
    get: (key) => {
      const tile = tiles.get(key);
      if (tile === undefined) return undefined;
      tiles.delete(key);
      tiles.set(key, tile);
      return tile;
    },
    set: (key, tile) => {
      // One giant tile must not empty the cache.
      if (tile.length > maxBytes / 8) return;
      bytes += tile.length - (tiles.get(key)?.length ?? 0);
      tiles.delete(key);
      tiles.set(key, tile);
      for (const [oldest, { length }] of tiles) {
        if (bytes <= maxBytes) return;
        tiles.delete(oldest);
        bytes -= length;
      }
    },
    bytes: () => bytes,
  };
}
