import { decodeTileImage, type TilesFetcher } from './decode-tile-image.ts';
import { type MeasuredLine, planAhead, planRequests } from './request-plan.ts';
import { TileDownloads } from './tile-downloads.ts';
import type { TileMemory } from './tile-memory.ts';

interface Needs {
  readonly fetchTiles: TilesFetcher;
  readonly memory: TileMemory;
  readonly line: () => MeasuredLine;
  readonly later: (delayMs: number, task: () => void) => () => void;
}

/** One slide in one revision and quality: what stands before the level, and the query. */
function batchOf(path: string): string {
  return path.replace(/\/\d+\/\d+\/\d+(?=$|\?)/, '');
}

/** The queue of tiles for all panes of a screen: asked for as the line wants it, kept in memory. */
export function createTileDownloads({
  fetchTiles,
  memory,
  line,
  later,
}: Needs): TileDownloads<ImageBitmap> {
  return new TileDownloads({
    fetchTiles: (paths, signal, onAnswer) =>
      fetchTiles(paths, signal, (path, answer) => {
        if (answer.kind === 'image') memory.keep(path, answer.blob);
        onAnswer(path, answer);
      }),
    decode: decodeTileImage,
    recall: (path) => memory.recall(path),
    forget: (path) => memory.forget(path),
    batchOf,
    plan: (waiting) => planRequests(line(), waiting),
    planAhead: () => planAhead(line()),
    later,
  });
}
