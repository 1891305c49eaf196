import type { NextFunction, Request, Response } from 'express';

/** Where pages of other origins may read, with an access token. */
export const INTEROP_PATH = '/api/interop';

/**
 * CORS for the interoperability routes (IIIF Image API 3.0, 7.1). Any origin, and never with credentials:
 * a browser then sends no cookie along, so only who has a token reads anything.
 */
export function answerOtherOrigins(request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Access-Control-Expose-Headers', 'Link, Location, Retry-After, Warning');
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
  response.setHeader('Vary', 'Authorization, Accept');
  if (request.method !== 'OPTIONS') {
    next();
    return;
  }
  response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD, OPTIONS');
  response.setHeader('Access-Control-Allow-Headers', 'Authorization, Accept');
  response.setHeader('Access-Control-Max-Age', '86400');
  response.status(204).end();
}
