import { concatBytes } from '../../slide-format/jpeg/jpeg-splice.ts';

/** One part of a multipart reply. */
export interface RelatedPart {
  readonly contentType: string;
  readonly location: string;
  readonly bytes: Uint8Array;
}

/**
 * A multipart/related body (RFC 2387).
 * @param boundary must not occur in the parts: long and random
 */
export function multipartRelated(
  parts: readonly RelatedPart[],
  boundary: string,
): { readonly bytes: Uint8Array; readonly contentType: string } {
  const encoder = new TextEncoder();
  const pieces = parts.flatMap(({ contentType, location, bytes }) => [
    encoder.encode(
      `--${boundary}\r\nContent-Type: ${contentType}\r\nContent-Location: ${location}\r\n` +
        `Content-Length: ${bytes.length}\r\n\r\n`,
    ),
    bytes,
    encoder.encode('\r\n'),
  ]);
  const [type = ''] = (parts[0]?.contentType ?? 'application/octet-stream').split(';');
  return {
    bytes: concatBytes([...pieces, encoder.encode(`--${boundary}--\r\n`)]),
    contentType: `multipart/related; type="${type}"; boundary=${boundary}`,
  };
}
