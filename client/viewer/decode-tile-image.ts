import type { TileAnswer, TileOutcome } from './tile-answer.ts';

export type TilesFetcher = (
  paths: readonly string[],
  signal: AbortSignal,
  onAnswer: (path: string, answer: TileAnswer) => void,
) => Promise<void>;

/**
 * Decodes one tile, off the main thread where the browser can. Bytes that are no picture count as a failure
 * worth another attempt: a line that broke in the middle looks the same.
 */
export async function decodeTileImage(blob: Blob): Promise<TileOutcome<ImageBitmap>> {
  try {
    return { kind: 'image', image: await createImageBitmap(blob) };
  } catch (error) {
    if (error instanceof DOMException) return { kind: 'failed', code: 'tile.unreadable' };
    throw error;
  }
}
