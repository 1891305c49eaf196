import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Endpoint } from '../../shared/api/endpoint.ts';
import { ENDPOINTS } from '../../shared/api/endpoints.ts';
import { AppError, ERRORS } from '../../shared/errors/app-error.ts';
import type { AppDeps } from './app-deps.ts';
import { bringsAccessToken } from './authenticate.ts';
import { refuseCrossSite } from './cross-site.ts';
import type { Handlers } from './handler.ts';
import { answerOtherOrigins, INTEROP_PATH } from './other-origins.ts';
import { mountEndpoint, type AnyHandler } from './mount-endpoint.ts';
import { asAppError, sendProblem } from './problem.ts';
import { followRequests, requestIdOf } from './request-log.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { guardSlowBody, hasBody } from './slow-body.ts';

function guardRequests({ slowBody }: Pick<AppDeps, 'slowBody'>) {
  return (request: Request, response: Response, next: NextFunction): void => {
    setSecurityHeaders(response, request.secure);
    guardSlowBody(request, response, requestIdOf(response), slowBody);
    // Another site's page cannot know the token: no cookie is misused (OWASP, token-based APIs).
    if (!bringsAccessToken(request.headers.authorization))
      refuseCrossSite({
        method: request.method,
        host: request.host,
        header: (name) => request.get(name),
      });
    next();
  };
}

function sendPages({ staticFiles }: Pick<AppDeps, 'staticFiles'>) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const isPage = request.method === 'GET' || request.method === 'HEAD';
    const isApi = request.path === '/api' || request.path.startsWith('/api/');
    if (isPage && !isApi && staticFiles?.send(request, response) === true) return;
    next(new AppError('request.not-found', 'no such route'));
  };
}

function isSoonDrained(request: Request): boolean {
  return Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY) <= 32 << 20;
}

/** The top of all: every failure leaves as a problem with its code, and only what we broke is an error. */
function sendFailures({ log }: Pick<AppDeps, 'log'>) {
  // Express knows an error handler by its four parameters.
  return (cause: unknown, request: Request, response: Response, _next: NextFunction): void => {
    const error = asAppError(cause);
    const requestId = requestIdOf(response);
    const line = { requestId, code: error.code, reason: error.message };
    if (ERRORS[error.code].status >= 500) log.error({ ...line, err: cause }, 'request failed');
    else log.debug(line, 'request refused');
    // Node drains what is left of a body of a known, small size; for any other the connection ends.
    if (hasBody(request) && !request.complete && !isSoonDrained(request)) {
      response.setHeader('Connection', 'close');
    }
    if (!response.destroyed) sendProblem(response, error, requestId);
  };
}

/** The endpoint table, the built client behind it, and nothing else. */
export function createApp(handlers: Handlers, deps: AppDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', deps.trustProxy);
  // 'simple': a query value is a string or a list of them, never an object made by its sender.
  app.set('query parser', 'simple');
  app.use(followRequests(deps));
  app.use(guardRequests(deps));
  app.use(INTEROP_PATH, answerOtherOrigins);
  for (const [name, endpoint] of Object.entries<Endpoint>(ENDPOINTS)) {
    // The table pairs each name with its handler's types; a loop over it cannot say so.
    const handler = handlers[name as keyof Handlers] as unknown as AnyHandler;
    mountEndpoint(app, deps, name, endpoint, handler);
  }
  app.use(sendPages(deps));
  app.use(sendFailures(deps));
  return app;
}
