import { type JpegInfo, MARKER } from './jpeg-info.ts';
import { concatBytes } from './jpeg-splice.ts';

/** The header of a large JPEG, ready to stand before a piece of it. */
export interface PieceHead {
  /** SOI to SOS with the frame header saying `widthPx` x `heightPx` (each up to 65,535). */
  sized(widthPx: number, heightPx: number): Uint8Array;
}

/** Application data and comments are left out, except those that decide the colours. */
function isNeeded(marker: number): boolean {
  if (marker === MARKER.app0 || marker === MARKER.app14) return true;
  const isApplication = marker >= 0xe0 && marker <= 0xef;
  return !isApplication && marker !== 0xfe;
}

export function pieceHead(head: Uint8Array, info: JpegInfo): PieceHead {
  const parts: Uint8Array[] = [Uint8Array.of(0xff, MARKER.soi)];
  let frameAt = 0;
  let length = 2;
  for (const { marker, at, end } of info.segments) {
    if (!isNeeded(marker)) continue;
    if (at === info.frameAt) frameAt = length;
    parts.push(head.subarray(at, end));
    length += end - at;
  }
  const template = concatBytes(parts);
  return {
    sized(widthPx, heightPx) {
      const sized = template.slice();
      const view = new DataView(sized.buffer);
      view.setUint16(frameAt + 5, heightPx);
      view.setUint16(frameAt + 7, widthPx);
      return sized;
    },
  };
}
