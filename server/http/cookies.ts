import type { ServerResponse } from 'node:http';
import { PLAIN_COOKIE, SECURE_COOKIE } from './authenticate.ts';
import type { CookieChange } from './handler.ts';

/** A cookie as it is sent. The one of the sign-in takes its `__Host-` name over https. */
export function cookieLine(change: CookieChange, secure: boolean): string {
  const name = change.name === PLAIN_COOKIE && secure ? SECURE_COOKIE : change.name;
  const removed = change.value === null;
  const parts = [
    `${name}=${change.value ?? ''}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    `Max-Age=${removed ? 0 : change.maxAgeSeconds}`,
  ];
  if (secure) parts.push('Secure');
  return parts.join('; ');
}

export function setCookies(
  response: ServerResponse,
  changes: readonly CookieChange[],
  secure: boolean,
): void {
  for (const change of changes) response.appendHeader('Set-Cookie', cookieLine(change, secure));
}
