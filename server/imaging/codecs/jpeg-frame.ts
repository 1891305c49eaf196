import { unreadable } from '../../../shared/slide-format/samples/unreadable.ts';

/** What the frame header of a JPEG says (ITU-T T.81 B.2.2), read before anything is allocated. */
export interface JpegFrame {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly components: number;
  readonly bitsPerSample: number;
  /** SOF2, SOF6, …: the whole picture must be held in memory as coefficients. */
  readonly progressive: boolean;
}

const SOS = 0xda;
const DHT = 0xc4;
const JPG = 0xc8;
const DAC = 0xcc;

function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== DHT && marker !== JPG && marker !== DAC;
}

function hasNoLength(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/** @throws AppError 'tile.unreadable' when there is no frame header before the first scan */
export function readJpegFrame(bytes: Uint8Array): JpegFrame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) throw unreadable('JPEG marker expected');
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
    } else if (hasNoLength(marker)) {
      at += 2;
    } else if (isFrameHeader(marker)) {
      return {
        bitsPerSample: bytes[at + 4] ?? 0,
        heightPx: view.getUint16(at + 5),
        widthPx: view.getUint16(at + 7),
        components: bytes[at + 9] ?? 0,
        progressive: (marker & 3) === 2,
      };
    } else if (marker === SOS) {
      break;
    } else {
      at += 2 + view.getUint16(at + 2);
    }
  }
  throw unreadable('no JPEG frame header');
}
