import type { ByteSource } from '../../bytes/byte-source.ts';
import { damaged, truncated } from '../format-errors.ts';
import type { OpenedSlide } from '../slide-image.ts';
import { viewOf } from '../tiff/read-directory.ts';
import { checkFlatSize } from './flat-size.ts';

type FlatCodec = 'jpeg' | 'png' | 'webp';

export function isJpeg(head: Uint8Array): boolean {
  return head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff;
}

/** PNG specification, 5.2. */
export function isPng(head: Uint8Array): boolean {
  const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  return signature.every((byte, index) => head[index] === byte);
}

/** RFC 9649, 2.4. */
export function isWebp(head: Uint8Array): boolean {
  const text = String.fromCharCode(...head.subarray(0, 12));
  return text.startsWith('RIFF') && text.endsWith('WEBP');
}

function flat(codec: FlatCodec, widthPx: number, heightPx: number): OpenedSlide {
  checkFlatSize(widthPx, heightPx);
  return { kind: 'flat', codec, widthPx, heightPx, mpp: undefined };
}

const MAX_SEGMENTS = 2_000;

/** Walks marker by marker to the frame header: profiles and previews before it may be megabytes. */
export async function openFlatJpeg(source: ByteSource): Promise<OpenedSlide> {
  let at = 2;
  for (let count = 0; count < MAX_SEGMENTS; count++) {
    if (at + 9 > source.size) throw truncated('JPEG header');
    const view = viewOf(await source.read(at, 9));
    if (view.getUint8(0) !== 0xff) throw damaged('picture-header', `JPEG marker at ${at}`);
    const marker = view.getUint8(1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return flat('jpeg', view.getUint16(7), view.getUint16(5));
    const length = view.getUint16(2);
    if (length < 2 || marker === 0xd9 || marker === 0xda) {
      throw damaged('picture-header', 'JPEG without frame header');
    }
    at += 2 + length;
  }
  throw damaged('picture-header', 'too many JPEG segments');
}

/** IHDR is the first chunk (PNG specification, 11.2.1). */
export async function openFlatPng(source: ByteSource): Promise<OpenedSlide> {
  if (source.size < 33) throw truncated('PNG header');
  const view = viewOf(await source.read(8, 25));
  if (view.getUint32(4) !== 0x49484452) throw damaged('picture-header', 'PNG without IHDR');
  return flat('png', view.getUint32(8), view.getUint32(12));
}

/** RFC 9649: lossy `VP8 `, lossless `VP8L`, extended `VP8X`. */
export async function openFlatWebp(source: ByteSource): Promise<OpenedSlide> {
  if (source.size < 30) throw truncated('WebP header');
  const bytes = await source.read(12, 18);
  const view = viewOf(bytes);
  const chunk = String.fromCharCode(...bytes.subarray(0, 4));
  const word24 = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  if (chunk === 'VP8X') return flat('webp', word24(12) + 1, word24(15) + 1);
  if (chunk === 'VP8 ') {
    return flat('webp', view.getUint16(14, true) & 0x3fff, view.getUint16(16, true) & 0x3fff);
  }
  if (chunk === 'VP8L' && view.getUint8(8) === 0x2f) {
    const bits = view.getUint32(9, true);
    return flat('webp', (bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
  }
  throw damaged('picture-header', 'WebP chunk');
}
