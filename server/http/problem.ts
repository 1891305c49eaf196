import type { ServerResponse } from 'node:http';
import type { z } from 'zod';
import type { ProblemReply } from '../../shared/api/endpoints/system.ts';
import { AppError, ERRORS } from '../../shared/errors/app-error.ts';
import { isConnectionLoss } from '../storage/database.ts';

/** A request that does not fit its schema, with the fields that do not. */
export class InvalidRequest extends AppError {
  readonly issues: NonNullable<ProblemReply['issues']>;

  constructor(message: string, issues: NonNullable<ProblemReply['issues']> = []) {
    super('request.invalid', message);
    this.issues = issues;
  }
}

/** `where` is 'params', 'query' or 'body'. The value itself is never repeated: it may be a password. */
export function invalidFromZod(where: string, error: z.ZodError): InvalidRequest {
  const issues = error.issues
    .slice(0, 20)
    .map(({ path, message }) => ({ path: [where, ...path].join('.'), message }));
  return new InvalidRequest(`${where} does not fit`, issues);
}

/** Errors of Express itself, for example a path that is not valid percent-encoding, carry a status. */
function hasClientStatus(error: unknown): boolean {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' && status >= 400 && status < 500;
}

/** ENOENT is a database's socket that is not there, but also any file. */
function isDatabaseAway(error: unknown): boolean {
  return isConnectionLoss(error) && (error as { code?: unknown }).code !== 'ENOENT';
}

/** Every error as one with a code; what is not expected becomes 'server.internal'. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isDatabaseAway(error)) {
    const fields = { retryAfterSeconds: 1 };
    return new AppError('server.unavailable', 'the database is away', { cause: error, fields });
  }
  if (hasClientStatus(error)) return new InvalidRequest('refused by the HTTP layer');
  return new AppError('server.internal', 'unexpected', { cause: error });
}

export function toProblem(error: AppError, requestId: string): ProblemReply {
  const issues = error instanceof InvalidRequest ? { issues: error.issues } : {};
  return { code: error.code, fields: { ...error.fields }, requestId, ...issues };
}

/** Answers with the problem. Without Express, so that the tile path can use it too. */
export function sendProblem(response: ServerResponse, error: AppError, requestId: string): void {
  if (response.headersSent) {
    // Half an answer is out: only a broken connection says that the rest does not come.
    response.destroy();
    return;
  }
  const body = JSON.stringify(toProblem(error, requestId));
  const retryAfter = error.fields['retryAfterSeconds'];
  if (typeof retryAfter === 'number') response.setHeader('Retry-After', String(retryAfter));
  response.statusCode = ERRORS[error.code].status;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Request-Id', requestId);
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}
