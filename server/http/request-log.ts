import type { NextFunction, Request, Response } from 'express';
import type { AppDeps } from './app-deps.ts';

/** Given to every request by `followRequests`, before anything can fail. */
export function requestIdOf(response: Response): string {
  return String(response.locals['requestId']);
}

/**
 * Names every request and writes one line when it ends: template of the route, never the URL, no cookie,
 * no body, no name. Ids of accounts and slides are random and stay out of it too.
 */
export function followRequests(deps: Pick<AppDeps, 'log' | 'metrics' | 'newRequestId'>) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const begun = performance.now();
    const requestId = deps.newRequestId();
    response.locals['requestId'] = requestId;
    response.setHeader('X-Request-Id', requestId);
    response.once('close', () => {
      const ms = performance.now() - begun;
      const route = String(response.locals['route'] ?? 'none');
      const status = response.writableFinished ? response.statusCode : 499;
      deps.metrics.request(request.method, route, status, ms / 1000);
      const line = {
        requestId,
        method: request.method,
        route,
        status,
        ms: Math.round(ms * 10) / 10,
      };
      if (route === '/livez' || route === '/readyz' || route === 'static') deps.log.debug(line);
      else deps.log.info(line);
    });
    next();
  };
}
