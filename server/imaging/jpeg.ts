import turbo from '@julusian/jpeg-turbo';

/** Interleaved 8-bit samples, rows top to bottom without padding. `channels` is 1 (grey) or 3 (RGB). */
export interface Raster {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

export type ChromaSubsampling = '4:4:4' | '4:2:2' | '4:2:0';

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
