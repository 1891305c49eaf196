import { MAX_PIECE_PX } from '../jpeg.ts';
import { unreadable } from '../../../shared/slide-format/samples/unreadable.ts';

export interface Jpeg2000Component {
  readonly bits: number;
  readonly signed: boolean;
  /** Distance of its samples on the reference grid; 1 = full resolution. */
  readonly stepX: number;
  readonly stepY: number;
}

export interface Jpeg2000Size {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly components: readonly Jpeg2000Component[];
}

const SOC_SIZ = 0xff4f_ff51;

/** A bare codestream starts with SOC and SIZ; in a JP2 file they follow the boxes. */
function startOfCodestream(view: DataView): number {
  const last = Math.min(view.byteLength - 42, 65_536);
  for (let at = 0; at <= last; at++) if (view.getUint32(at) === SOC_SIZ) return at;
  throw unreadable('no JPEG 2000 codestream');
}

/** Reads the SIZ segment (ISO/IEC 15444-1 A.5.1) before anything is allocated. */
export function readJpeg2000Size(bytes: Uint8Array): Jpeg2000Size {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const siz = startOfCodestream(view) + 2;
  const widthPx = view.getUint32(siz + 6) - view.getUint32(siz + 14);
  const heightPx = view.getUint32(siz + 10) - view.getUint32(siz + 18);
  const count = view.getUint16(siz + 38);
  if (widthPx < 1 || heightPx < 1 || widthPx * heightPx > MAX_PIECE_PX) {
    throw unreadable('a JPEG 2000 picture of no sensible size');
  }
  if (count > 4 || siz + 40 + count * 3 > bytes.length) {
    throw unreadable('a JPEG 2000 header that is cut short');
  }
  const components = Array.from({ length: count }, (_, index) => {
    const at = siz + 40 + index * 3;
    const depth = view.getUint8(at);
    return {
      bits: (depth & 127) + 1,
      signed: depth > 127,
      stepX: Math.max(1, view.getUint8(at + 1)),
      stepY: Math.max(1, view.getUint8(at + 2)),
    };
  });
  return { widthPx, heightPx, components };
}
