import { unsupportedCompression } from '../format-errors.ts';
import type { TileCodec } from '../slide-image.ts';

export interface Compression {
  /** As a person knows it. */
  readonly name: string;
  /** Absent: the scheme is known by name and not decoded. */
  readonly codec?: TileCodec | undefined;
  /** What the samples mean, where the scheme itself says so and the photometric tag may not. */
  readonly colour?: 'rgb' | 'ycbcr' | undefined;
}

/** TIFF tag 259: TIFF 6.0, the libtiff registry, Aperio's and Bio-Formats' private numbers. */
const COMPRESSIONS: ReadonlyMap<number, Compression> = new Map<number, Compression>([
  [1, { name: 'uncompressed', codec: 'raw' }],
  [2, { name: 'CCITT RLE' }],
  [3, { name: 'CCITT Group 3' }],
  [4, { name: 'CCITT Group 4' }],
  [5, { name: 'LZW', codec: 'lzw' }],
  [6, { name: 'old-style JPEG (TIFF compression 6)' }],
  [7, { name: 'JPEG', codec: 'jpeg' }],
  [8, { name: 'Deflate', codec: 'deflate' }],
  [9, { name: 'JBIG (T.85)' }],
  [10, { name: 'JBIG (T.43)' }],
  [22_610, { name: 'JPEG XR' }],
  [32_773, { name: 'PackBits', codec: 'packbits' }],
  [32_946, { name: 'Deflate', codec: 'deflate' }],
  [33_003, { name: 'JPEG 2000', codec: 'jpeg2000', colour: 'ycbcr' }],
  [33_004, { name: 'JPEG 2000 lossless' }],
  [33_005, { name: 'JPEG 2000', codec: 'jpeg2000', colour: 'rgb' }],
  [33_007, { name: 'lossless JPEG (33007)' }],
  [34_661, { name: 'JBIG' }],
  [34_676, { name: 'SGI LogLuv' }],
  [34_712, { name: 'JPEG 2000', codec: 'jpeg2000' }],
  [34_887, { name: 'LERC' }],
  [34_925, { name: 'LZMA' }],
  [34_933, { name: 'PNG' }],
  [34_934, { name: 'JPEG XR' }],
  [50_000, { name: 'ZSTD', codec: 'zstd' }],
  [50_001, { name: 'WebP', codec: 'webp' }],
  [50_002, { name: 'JPEG XL' }],
  [52_546, { name: 'JPEG XL' }],
]);

export interface DecodableCompression extends Compression {
  readonly codec: TileCodec;
}

/**
 * What tag 259 stands for.
 * @throws AppError 'format.unsupported-compression' by the name of the scheme
 */
export function compressionOf(tagValue: number): DecodableCompression {
  const found = COMPRESSIONS.get(tagValue);
  const codec = found?.codec;
  if (found === undefined || codec === undefined) {
    throw unsupportedCompression(found?.name ?? `TIFF ${tagValue}`);
  }
  return { ...found, codec };
}
