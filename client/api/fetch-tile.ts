import { type AppError, ERRORS, type ErrorCode } from '../../shared/errors/app-error.ts';
import { missingChunks } from '../../shared/bytes/not-arrived.ts';
import { OWN_PAGE_HEADER, readProblem } from './call.ts';
import { type LineMeter, pageLine } from './line-meter.ts';

/** What the server says to one request for a tile. Every arm is expected, so none is thrown. */
export type TileReply =
  | { readonly kind: 'image'; readonly blob: Blob }
  /** It waits for these chunks of its upload. */
  | { readonly kind: 'not-arrived'; readonly chunks: readonly number[] }
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'refused'; readonly code: ErrorCode }
  /** Worth another attempt: the line, or a server that is busy. */
  | { readonly kind: 'failed'; readonly code: ErrorCode };

/** 408, 425 and 429 pass; so does everything that the server blames on itself (RFC 9110 15.6). */
function isPassing(status: number): boolean {
  return status >= 500 || status === 408 || status === 429;
}

export function replyOfProblem(problem: Pick<AppError, 'code' | 'fields'>): TileReply {
  const { code } = problem;
  if (code === 'tile.not-arrived') return { kind: 'not-arrived', chunks: missingChunks(problem) };
  if (code === 'access.unsigned') return { kind: 'unsigned' };
  return isPassing(ERRORS[code].status) ? { kind: 'failed', code } : { kind: 'refused', code };
}

/** Gets one tile by its path (see tilePath). An aborted request ends as 'failed'; nobody is waiting for it. */
export async function fetchTile(
  path: string,
  signal: AbortSignal,
  line: LineMeter = pageLine,
): Promise<TileReply> {
  const metered = line.begin();
  try {
    const response = await fetch(path, {
      headers: OWN_PAGE_HEADER,
      signal,
      credentials: 'same-origin',
    });
    metered.headCame();
    if (!response.ok) return replyOfProblem(await readProblem(response));
    const blob = await response.blob();
    metered.took(blob.size);
    return { kind: 'image', blob };
  } catch (error) {
    // fetch() rejects with a TypeError when there is no line, and with an AbortError when we hung up.
    if (error instanceof TypeError || signal.aborted) {
      return { kind: 'failed', code: 'network.unreachable' };
    }
    throw error;
  } finally {
    metered.ended();
  }
}
