import type { SlideId } from '../../shared/ids.ts';
import type { TileParams } from '../../shared/slide/tile-address.ts';

const HEAD = '/api/slides/';
const MIDDLE = '/tiles/';
const UUID_LENGTH = 36;
const MAX_INDEX = 0xffff_ffff;
const MAX_LEVEL = 63;
const ZERO = 48;
const NINE = 57;
const SLASH = 47;

/**
 * What z.uuid() accepts, of the forms that this server makes: lower case, RFC 9562 versions 1 to 8.
 * Anything else goes the long way, where the schema decides.
 */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

interface Cursor {
  at: number;
}

/** A decimal number without sign, leading zero or exponent, followed by a slash or the end. */
function readIndex(url: string, cursor: Cursor): number | undefined {
  const start = cursor.at;
  let value = 0;
  let at = start;
  for (; at < url.length; at++) {
    const digit = url.charCodeAt(at);
    if (digit < ZERO || digit > NINE) break;
    value = value * 10 + digit - ZERO;
  }
  const digits = at - start;
  if (digits === 0 || digits > 10 || value > MAX_INDEX) return undefined;
  if (digits > 1 && url.charCodeAt(start) === ZERO) return undefined;
  cursor.at = at;
  return value;
}

function skipSlash(url: string, cursor: Cursor): boolean {
  if (url.charCodeAt(cursor.at) !== SLASH) return false;
  cursor.at++;
  return true;
}

/**
 * Parses the path of a tile without a router: undefined for every other path, and for every spelling
 * that is not the one `tilePath` writes. A test compares it with the shared schema.
 */
export function parseTileUrl(url: string): TileParams | undefined {
  if (!url.startsWith(HEAD) || !url.startsWith(MIDDLE, HEAD.length + UUID_LENGTH)) return undefined;
  const id = url.slice(HEAD.length, HEAD.length + UUID_LENGTH);
  if (!UUID.test(id)) return undefined;
  const cursor = { at: HEAD.length + UUID_LENGTH + MIDDLE.length };
  const revision = readIndex(url, cursor);
  if (revision === undefined || !skipSlash(url, cursor)) return undefined;
  const level = readIndex(url, cursor);
  if (level === undefined || level > MAX_LEVEL || !skipSlash(url, cursor)) return undefined;
  const column = readIndex(url, cursor);
  if (column === undefined || !skipSlash(url, cursor)) return undefined;
  const row = readIndex(url, cursor);
  if (row === undefined || cursor.at !== url.length) return undefined;
  // The expression above is what the brand stands for.
  return { slideId: id as SlideId, revision, level, column, row };
}
