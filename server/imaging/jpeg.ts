import turbo from '@julusian/jpeg-turbo';
import { bytesOf, type Canvas } from '../../shared/slide-format/samples/canvas.ts';
import { readJpegFrame } from './codecs/jpeg-frame.ts';
import { FRESH_MEMORY, type Scratch } from './scratch.ts';
import { unreadable } from '../../shared/slide-format/samples/unreadable.ts';

/** Interleaved 8-bit samples, rows top to bottom without padding. `channels` is 1 (grey) or 3 (RGB). */
export interface Raster {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

export type ChromaSubsampling = '4:4:4' | '4:2:2' | '4:2:0';

/** No tile, strip or associated image that is decoded in one piece is larger than this. */
export const MAX_PIECE_PX = 100_000_000;

const SUBSAMPLING = {
  '4:4:4': turbo.SAMP_444,
  '4:2:2': turbo.SAMP_422,
  '4:2:0': turbo.SAMP_420,
} as const;

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Encodes a raster as a baseline JPEG (YCbCr or grey, JFIF).
 * @param quality 1 to 100, libjpeg's scale
 */
export function encodeJpeg(
  raster: Raster,
  quality: number,
  subsampling: ChromaSubsampling = '4:2:0',
): Uint8Array {
  return turbo.compressSync(asBuffer(raster.data), {
    format: raster.channels === 1 ? turbo.FORMAT_GRAY : turbo.FORMAT_RGB,
    width: raster.width,
    height: raster.height,
    subsampling: raster.channels === 1 ? turbo.SAMP_GRAY : SUBSAMPLING[subsampling],
    quality,
  });
}

/** Decodes a self-contained JPEG to RGB, with the colour transform that its markers ask for. */
export function decodeJpeg(bytes: Uint8Array): Raster {
  const decoded = turbo.decompressSync(asBuffer(bytes), { format: turbo.FORMAT_RGB });
  return { data: decoded.data, width: decoded.width, height: decoded.height, channels: 3 };
}

/**
 * Encodes a canvas as a baseline JPEG.
 * @param quality 1 to 100, libjpeg's scale
 */
export function encodeCanvas(
  canvas: Canvas,
  quality: number,
  subsampling: ChromaSubsampling,
): Uint8Array {
  return turbo.compressSync(asBuffer(bytesOf(canvas)), {
    format: turbo.FORMAT_RGBX,
    width: canvas.widthPx,
    height: canvas.heightPx,
    subsampling: SUBSAMPLING[subsampling],
    quality,
  });
}

/**
 * The binding always asks for libjpeg-turbo's fast inverse transform. Measured on slides of four scanners
 * against the exact one, its samples are darker by 0.7 to 1.0 on the mean.
 */
const FAST_TRANSFORM_DARK_QUARTERS = 3;

/**
 * Decodes a self-contained JPEG to a canvas, fast and a little too dark. Its size is checked before memory is taken for it.
 * @param scratch the canvas lies in it, until the next one is decoded
 * @throws AppError 'tile.unreadable', also for what libjpeg would only warn about
 */
export function decodeJpegCanvas(bytes: Uint8Array, scratch: Scratch = FRESH_MEMORY): Canvas {
  const { widthPx, heightPx } = readJpegFrame(bytes);
  if (widthPx * heightPx > MAX_PIECE_PX) throw unreadable('the JPEG is larger than any tile');
  const pixels = scratch.take(widthPx * heightPx);
  const out = Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  try {
    turbo.decompressSync(asBuffer(bytes), out, { format: turbo.FORMAT_RGBX });
  } catch (cause) {
    throw unreadable('libjpeg-turbo refused the tile', cause);
  }
  return { pixels, widthPx, heightPx, darkQuarters: FAST_TRANSFORM_DARK_QUARTERS };
}
