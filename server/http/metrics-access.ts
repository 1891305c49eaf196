import { timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { can, type Actor } from '../../shared/access/can.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { AppDeps } from './app-deps.ts';
import { tokenDigest } from './authenticate.ts';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

function bearerMatches(request: Request, token: string): boolean {
  const given = /^Bearer (.+)$/.exec(request.get('authorization') ?? '')?.[1];
  return given !== undefined && timingSafeEqual(tokenDigest(given), tokenDigest(token));
}

/** A request that a proxy on this machine passed on is not from this machine. */
function isLocal(request: Request): boolean {
  return LOOPBACK.has(request.ip ?? '') && request.get('x-forwarded-for') === undefined;
}

/** @throws AppError 'access.unsigned', 'access.refused' */
export function maySeeMetrics(
  { metricsToken, now }: Pick<AppDeps, 'metricsToken' | 'now'>,
  request: Request,
  actor: Actor | undefined,
): void {
  if (actor !== undefined && can(actor, 'system.observe', null, now())) return;
  const admitted =
    metricsToken === undefined ? isLocal(request) : bearerMatches(request, metricsToken);
  if (admitted) return;
  throw new AppError(actor === undefined ? 'access.unsigned' : 'access.refused', 'metrics');
}
