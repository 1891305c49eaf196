import { fetchTiles } from '../../api/fetch-tiles.ts';
import { pageLine } from '../../api/line-meter.ts';
import { createTileDownloads } from '../../viewer/create-tile-downloads.ts';
import { TileMemory } from '../../viewer/tile-memory.ts';

export function later(delayMs: number, task: () => void): () => void {
  const timer = setTimeout(task, delayMs);
  return () => clearTimeout(timer);
}

/**
 * The one queue of tiles of this page, over the line that the page has. It outlives the workstation: a slide
 * is under way before its screen is there, and what came is at hand when the reader comes back to it. Signing
 * out loads the page anew, and ends it.
 */
export const pageTiles = createTileDownloads({
  fetchTiles,
  memory: new TileMemory(),
  line: () => pageLine.measure(),
  later,
});
