import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A caller who takes nothing for so long is gone, or means to hold the memory of the server. */
const STALLED_MS = 60_000;

function isHangUp(cause: unknown): boolean {
  const { code } = cause as NodeJS.ErrnoException;
  return code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET' || code === 'EPIPE';
}

/**
 * Sends parts as they come, and no faster than they are taken. The head goes out at once: the caller knows
 * from it how long the line is. Never cached: what some part said may be otherwise a second later.
 */
export async function sendParts(
  response: ServerResponse,
  contentType: string,
  parts: AsyncIterable<Uint8Array>,
): Promise<void> {
  response.statusCode = 200;
  response.setHeader('Content-Type', contentType);
  response.setHeader('Cache-Control', 'no-store');
  // nginx would collect the parts first.
  response.setHeader('X-Accel-Buffering', 'no');
  response.flushHeaders();
  response.setTimeout(STALLED_MS, () => response.destroy());
  try {
    // One part waits beside what the socket holds; more would be memory, not speed.
    await pipeline(Readable.from(parts, { highWaterMark: 1 }), response);
  } catch (cause) {
    if (!isHangUp(cause)) throw cause;
  }
}
