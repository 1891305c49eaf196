import type { ErrorCode } from '../../shared/errors/app-error.ts';
import type { TileOutcome } from './tile-downloads.ts';

/** What the network says to a request for a tile (client/api's TileReply has this shape). */
export type TileAnswer =
  | { readonly kind: 'image'; readonly blob: Blob }
  | { readonly kind: 'not-arrived'; readonly chunks: readonly number[] }
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'refused'; readonly code: ErrorCode }
  | { readonly kind: 'failed'; readonly code: ErrorCode };

export type TileFetcher = (path: string, signal: AbortSignal) => Promise<TileAnswer>;

/**
 * Fetches and decodes one tile, off the main thread where the browser can. Bytes that are no picture count as a
 * failure worth another attempt: a line that broke in the middle looks the same.
 */
export async function loadTileImage(
  fetchTile: TileFetcher,
  path: string,
  signal: AbortSignal,
): Promise<TileOutcome<ImageBitmap>> {
  const answer = await fetchTile(path, signal);
  if (answer.kind !== 'image') return answer;
  try {
    return { kind: 'image', image: await createImageBitmap(answer.blob) };
  } catch (error) {
    if (error instanceof DOMException) return { kind: 'failed', code: 'tile.unreadable' };
    throw error;
  }
}
