import { AppError } from '../../shared/errors/app-error.ts';

/** No other site can set it without a CORS preflight, which is never granted. */
export const SAME_SITE_HEADER = 'x-farscope';

export interface CrossSiteEvidence {
  readonly method: string;
  readonly host: string | undefined;
  header(name: string): string | undefined;
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

export function isOfThisHost(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}

/**
 * Refuses a request that changes something and was made by another site's page. Browsers send
 * Sec-Fetch-Site, or at least Origin; a program sends neither, and has no cookie to be misused.
 * @throws AppError 'request.cross-site'
 */
export function refuseCrossSite(evidence: CrossSiteEvidence): void {
  if (SAFE.has(evidence.method)) return;
  const site = evidence.header('sec-fetch-site');
  const origin = evidence.header('origin');
  if (site !== undefined) {
    if (site !== 'same-origin' && site !== 'none') {
      throw new AppError('request.cross-site', `Sec-Fetch-Site: ${site}`);
    }
  } else if (origin !== undefined && !isOfThisHost(origin, evidence.host)) {
    throw new AppError('request.cross-site', 'Origin is another host');
  }
  if (evidence.header(SAME_SITE_HEADER) !== '1') {
    throw new AppError('request.cross-site', 'the header X-Farscope is missing');
  }
}
