import { fetchTiles } from '../../api/fetch-tiles.ts';
import { pageLine } from '../../api/line-meter.ts';
import { createTileDownloads } from '../../viewer/create-tile-downloads.ts';
import type { TileDownloads } from '../../viewer/tile-downloads.ts';
import { TileMemory } from '../../viewer/tile-memory.ts';

export function later(delayMs: number, task: () => void): () => void {
  const timer = setTimeout(task, delayMs);
  return () => clearTimeout(timer);
}

/** The one queue of tiles of a workstation, over the line that the whole page shares. */
export function openTileDownloads(): TileDownloads<ImageBitmap> {
  const memory = new TileMemory();
  return createTileDownloads({ fetchTiles, memory, line: () => pageLine.measure(), later });
}
