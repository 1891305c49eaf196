import { AppError } from '../../errors/app-error.ts';

/** One media range of an Accept header (RFC 9110, 12.5.1). */
interface MediaRange {
  /** Lower case; of a multipart range the type of its parts, or a range of all. */
  readonly type: string;
  readonly multipart: boolean;
  readonly transferSyntax: string | undefined;
  readonly quality: number;
}

/** How frames are sent. `stored`: as they lie in the file; otherwise decoded, R, G, B, or grey. */
export interface FrameSending {
  readonly stored: boolean;
  readonly multipart: boolean;
  /** Of each frame, with its transfer syntax. */
  readonly contentType: string;
}

/** Little endian, explicit: what uncompressed frames are called. */
export const UNCOMPRESSED = '1.2.840.10008.1.2.1';

/** Media types of compressed frames (PS3.18 table 8.7.3-5). */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '1.2.840.10008.1.2.4.50': 'image/jpeg',
  '1.2.840.10008.1.2.4.51': 'image/jpeg',
  '1.2.840.10008.1.2.4.90': 'image/jp2',
  '1.2.840.10008.1.2.4.91': 'image/jp2',
  '1.2.840.10008.1.2.4.201': 'image/jphc',
  '1.2.840.10008.1.2.4.202': 'image/jphc',
  '1.2.840.10008.1.2.4.203': 'image/jphc',
};
const OCTETS = 'application/octet-stream';
const MAX_RANGES = 50;

function mediaTypeOf(transferSyntax: string): string {
  return MEDIA_TYPES[transferSyntax] ?? OCTETS;
}

/** Splits where a separator stands outside of quotes. */
function splitOutside(text: string, separator: string): string[] {
  const pattern = separator === ',' ? /(?:[^,"]|"[^"]*"?)+/g : /(?:[^;"]|"[^"]*"?)+/g;
  return text.match(pattern)?.map((part) => part.trim()) ?? [];
}

function parameterOf(parts: readonly string[], name: string): string | undefined {
  const found = parts.find((part) => part.toLowerCase().startsWith(`${name}=`));
  return found
    ?.slice(name.length + 1)
    .replaceAll('"', '')
    .trim();
}

function parseRange(text: string): MediaRange {
  const [name = '', ...parameters] = splitOutside(text, ';');
  const multipart = name.toLowerCase() === 'multipart/related';
  const quality = Number(parameterOf(parameters, 'q') ?? 1);
  return {
    type: (multipart ? (parameterOf(parameters, 'type') ?? '*/*') : name).toLowerCase(),
    multipart: multipart || name === '*/*',
    transferSyntax: parameterOf(parameters, 'transfer-syntax'),
    quality: Number.isFinite(quality) ? quality : 0,
  };
}

/** What a range would be sent as; undefined: not at all. */
function sendingFor(range: MediaRange, stored: string, single: boolean): FrameSending | undefined {
  const { type, transferSyntax, multipart } = range;
  if (!multipart && !single) return undefined;
  const mediaType = mediaTypeOf(stored);
  const asStored = { stored: true, multipart };
  const asked = transferSyntax === undefined || transferSyntax === '*' || transferSyntax === stored;
  const [family] = mediaType.split('/');
  const named = type === mediaType || type === '*/*' || type === `${family}/*`;
  if (named && asked) {
    return { ...asStored, contentType: `${mediaType}; transfer-syntax=${stored}` };
  }
  // Any bytes as they are stored: what Slim asks for.
  if (type === OCTETS && transferSyntax !== undefined && asked) {
    return { ...asStored, contentType: `${OCTETS}; transfer-syntax=${stored}` };
  }
  const plain = transferSyntax === undefined || transferSyntax === UNCOMPRESSED;
  if (type !== OCTETS || !plain) return undefined;
  const contentType = `${OCTETS}; transfer-syntax=${UNCOMPRESSED}`;
  return { stored: mediaType === OCTETS, multipart, contentType };
}

/**
 * Chooses how frames are sent (PS3.18, 8.7.5): the first of the best-liked ranges that can be served. Who says
 * nothing gets them as they are stored.
 * @param accept the header
 * @param stored transfer syntax of the frames as stored
 * @param single whether it is one frame, so that it may also come without multipart
 * @throws AppError 'interop.not-acceptable'
 */
export function chooseSending(
  accept: string | undefined,
  stored: string,
  single: boolean,
): FrameSending {
  const ranges = splitOutside(accept ?? '*/*', ',')
    .slice(0, MAX_RANGES)
    .map(parseRange)
    .filter(({ quality }) => quality > 0)
    .toSorted((one, other) => other.quality - one.quality);
  for (const range of ranges) {
    const sending = sendingFor(range, stored, single);
    if (sending !== undefined) return sending;
  }
  throw new AppError('interop.not-acceptable', 'no media type that these frames can have');
}

/** Whether an Accept header admits a media type. */
export function admits(accept: string | undefined, ...types: readonly string[]): boolean {
  if (accept === undefined || accept.trim() === '') return true;
  return splitOutside(accept, ',')
    .slice(0, MAX_RANGES)
    .map(parseRange)
    .some(({ type, quality }) => {
      const [family] = type.split('/');
      return (
        quality > 0 &&
        (type === '*/*' ||
          types.includes(type) ||
          (type.endsWith('/*') && types.some((one) => one.startsWith(`${family}/`))))
      );
    });
}
