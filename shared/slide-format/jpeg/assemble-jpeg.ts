import { damaged } from '../format-errors.ts';
import type { TileLocation } from '../slide-image.ts';
import { MARKER } from './jpeg-info.ts';
import { concatBytes } from './jpeg-splice.ts';

const EOI = Uint8Array.of(0xff, MARKER.eoi);

/** Entropy-coded bytes without a restart or end marker, and without padding after it. */
function withoutEndMarker(interval: Uint8Array): Uint8Array {
  let end = interval.length;
  while (end > 0 && interval[end - 1] === 0 && interval[end - 2] !== 0xff) end--;
  const marker = interval[end - 1] ?? 0;
  const isEnd = marker === MARKER.eoi || (marker >= 0xd0 && marker <= 0xd7);
  return interval[end - 2] === 0xff && isEnd ? interval.subarray(0, end - 2) : interval;
}

/**
 * Joins what a location names into bytes that a browser shows. Nothing is decoded.
 * @param bytes one piece for `stored`; one for each range, in order, for `restart`
 */
export function assembleJpeg(
  location: Exclude<TileLocation, { kind: 'empty' }>,
  bytes: readonly Uint8Array[],
): Uint8Array {
  const first = bytes[0];
  if (first === undefined) throw damaged('jpeg-invalid', 'no bytes');
  if (location.kind === 'stored') {
    if (location.prefix === undefined && location.skip === 0) return first;
    return concatBytes([location.prefix ?? new Uint8Array(), first.subarray(location.skip)]);
  }
  const parts: Uint8Array[] = [location.prefix];
  for (const [index, interval] of bytes.entries()) {
    // Markers count modulo 8 from the first interval of the scan (ISO/IEC 10918-1, E.1.4).
    if (index > 0) parts.push(Uint8Array.of(0xff, 0xd0 + ((index - 1) % 8)));
    parts.push(withoutEndMarker(interval));
  }
  parts.push(EOI);
  return concatBytes(parts);
}
