import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../../shared/errors/app-error.ts';
import { sendProblem } from './problem.ts';
import { hasBody } from './slow-body.ts';

/**
 * How long a refusal is held back. Refusing costs nearly as much as answering a tile: a program that asks again
 * at once would still keep the server busy. Held, each of its connections gets one refusal a second.
 */
export const HOLD_MS = 1_000;

/** What is left of a small body is taken off the line, so that the caller hears the refusal. */
const DRAINED_BYTES = 1 << 20;

function isSoonDrained(request: IncomingMessage): boolean {
  if (!hasBody(request) || request.complete) return true;
  return Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY) <= DRAINED_BYTES;
}

/** Answers 'request.too-many' after a pause, with the seconds to wait. */
export function refuseLater(
  request: IncomingMessage,
  response: ServerResponse,
  { requestId, retryAfterSeconds, holdMs = HOLD_MS }: Refusal,
): void {
  const timer = setTimeout(() => {
    if (!isSoonDrained(request)) response.setHeader('Connection', 'close');
    const fields = { retryAfterSeconds };
    sendProblem(response, new AppError('request.too-many', 'a flood', { fields }), requestId);
  }, holdMs);
  response.once('close', () => clearTimeout(timer));
}

export interface Refusal {
  readonly requestId: string;
  readonly retryAfterSeconds: number;
  readonly holdMs?: number;
}
