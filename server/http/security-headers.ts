import type { ServerResponse } from 'node:http';

/**
 * The one style element that OpenSeadragon puts into the page (viewer.js of 6.1, "mobile-only CSS"); it takes no
 * nonce. A test compares it with the installed version.
 */
const OPENSEADRAGON_STYLE = "'sha256-9xTiqzfwFaL2SGb1rmr8gysEwVVjIvqWAgmZgqFqpEE='";

/**
 * What a page may load. `styleNonce` admits the two style elements that react-aria puts into the page;
 * scripts only ever come from files of our own.
 */
export function contentSecurityPolicy(styleNonce: string | null): string {
  const style =
    styleNonce === null ? "'self'" : `'self' 'nonce-${styleNonce}' ${OPENSEADRAGON_STYLE}`;
  return [
    "default-src 'self'",
    "script-src 'self'",
    `style-src ${style}`,
    "img-src 'self' blob: data:",
    "font-src 'self' data:",
    "worker-src 'self' blob:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const DEFAULT_POLICY = contentSecurityPolicy(null);
const PERMISSIONS = ['camera=()', 'microphone=()', 'geolocation=()', 'payment=()', 'usb=()'].join(
  ', ',
);

/** On every answer. Over https also Strict-Transport-Security (a year). */
export function setSecurityHeaders(response: ServerResponse, overHttps: boolean): void {
  response.setHeader('Content-Security-Policy', DEFAULT_POLICY);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Permissions-Policy', PERMISSIONS);
  response.setHeader('X-Frame-Options', 'DENY');
  if (overHttps) response.setHeader('Strict-Transport-Security', 'max-age=31536000');
}
