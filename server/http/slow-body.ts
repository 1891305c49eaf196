import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../../shared/errors/app-error.ts';
import { sendProblem } from './problem.ts';

export interface SlowBodyLimits {
  /** How often the bytes are counted. */
  readonly windowMs: number;
  /** Fewer than this in one window is too slow. */
  readonly minBytes: number;
}

/**
 * Node's own requestTimeout cuts a body that is alive but long (after 330 s); without it a body could
 * trickle for ever. So: at least 4 KiB in 20 s (a tenth of an old modem), however long it takes.
 */
export const SLOW_BODY: SlowBodyLimits = { windowMs: 20_000, minBytes: 4_096 };

export function hasBody(request: IncomingMessage): boolean {
  const length = request.headers['content-length'];
  return request.headers['transfer-encoding'] !== undefined || (length ?? '0') !== '0';
}

/** Ends a request whose body comes too slowly. What waits for our own disk is not the caller's fault. */
export function guardSlowBody(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  limits: SlowBodyLimits,
): void {
  if (!hasBody(request)) return;
  const { socket } = request;
  let counted = socket.bytesRead;
  const timer = setInterval(() => {
    const arrived = socket.bytesRead - counted;
    counted = socket.bytesRead;
    const oursToRead = request.readableLength > 0;
    if (request.complete || oursToRead || arrived >= limits.minBytes) return;
    response.setHeader('Connection', 'close');
    sendProblem(
      response,
      new AppError('request.too-slow', `${arrived} bytes in a window`),
      requestId,
    );
    response.once('finish', () => request.destroy());
  }, limits.windowMs);
  timer.unref();
  response.once('close', () => clearInterval(timer));
}
