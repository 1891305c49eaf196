import { AppError } from '../../shared/errors/app-error.ts';
import type { SampleLayout, TileCodec } from '../../shared/slide-format/slide-image.ts';
import { type Canvas, canvasOf } from '../../shared/slide-format/samples/canvas.ts';
import { decodeJpeg2000 } from './codecs/jpeg2000.ts';
import { decodeLzw } from '../../shared/slide-format/samples/lzw.ts';
import { decodePackbits } from '../../shared/slide-format/samples/packbits.ts';
import { sharp } from './codecs/sharp-engine.ts';
import { decodeDeflate, decodeZstd } from './codecs/zlib-family.ts';
import { decodeJpegCanvas, MAX_PIECE_PX } from './jpeg.ts';
import { FRESH_MEMORY, type Scratch } from './scratch.ts';
import {
  invert,
  unpackedBytes,
  unpackSamples,
} from '../../shared/slide-format/samples/unpack-samples.ts';
import { unreadable } from '../../shared/slide-format/samples/unreadable.ts';

/** One codestream of a slide file with what is needed to decode it. For 'jpeg': complete, with its tables. */
export interface EncodedTile {
  readonly codec: TileCodec;
  readonly bytes: Uint8Array;
  readonly samples: SampleLayout;
  readonly widthPx: number;
  readonly heightPx: number;
}

async function decodeWithSharp(bytes: Uint8Array): Promise<Canvas> {
  try {
    const { data, info } = await sharp(bytes, {
      failOn: 'error',
      limitInputPixels: MAX_PIECE_PX,
    })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return canvasOf(data, info.width, info.height, info.channels === 1 ? 1 : 3);
  } catch (cause) {
    throw unreadable('the tile does not decode', cause);
  }
}

/** What libjpeg-turbo's binding does not take (CMYK, odd subsampling, a warning) goes to libvips. */
async function decodeFast(bytes: Uint8Array, scratch: Scratch): Promise<Canvas> {
  try {
    return decodeJpegCanvas(bytes, scratch);
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.cause === undefined) throw cause;
    return await decodeWithSharp(bytes);
  }
}

async function decodeJpegTile(
  { bytes, samples }: EncodedTile,
  exact: boolean,
  scratch: Scratch,
): Promise<Canvas> {
  const canvas = exact ? await decodeWithSharp(bytes) : await decodeFast(bytes, scratch);
  return samples.colour === 'grey-inverted' ? invert(canvas) : canvas;
}

function expand({ codec, bytes, samples, widthPx, heightPx }: EncodedTile): Uint8Array {
  const length = unpackedBytes(samples, widthPx, heightPx);
  switch (codec) {
    case 'raw':
      return bytes;
    case 'lzw':
      return decodeLzw(bytes, length);
    case 'packbits':
      return decodePackbits(bytes, length);
    case 'deflate':
      return decodeDeflate(bytes, length);
    case 'zstd':
      return decodeZstd(bytes, length);
    case 'jpeg':
    case 'jpeg2000':
    case 'webp':
    case 'jpeg-ls':
    case 'jpeg-lossless':
      throw new AppError('format.unsupported-compression', `no decoder for ${codec}`, {
        fields: { compression: codec },
      });
  }
}

/**
 * Decodes one codestream to pixels with the right colours. The result may be larger than the tile says,
 * never smaller: what the file lacks must not be drawn as glass.
 * @param exact by the exact inverse transform, for a tile that is not shrunk: some five times slower for JPEG
 * @param scratch the canvas may lie in it, until the next one is decoded
 * @throws AppError 'tile.unreadable' for damaged data, 'format.unsupported-compression'
 */
export async function decodeTile(
  tile: EncodedTile,
  exact: boolean,
  scratch: Scratch = FRESH_MEMORY,
): Promise<Canvas> {
  if (tile.widthPx * tile.heightPx > MAX_PIECE_PX) throw unreadable('larger than any tile');
  if (tile.codec === 'jpeg') return await decodeJpegTile(tile, exact, scratch);
  if (tile.codec === 'jpeg2000') {
    const colour = tile.samples.colour === 'ycbcr' ? 'ycbcr' : 'rgb';
    return await decodeJpeg2000(tile.bytes, colour);
  }
  if (tile.codec === 'webp') return await decodeWithSharp(tile.bytes);
  return unpackSamples(expand(tile), tile.samples, tile.widthPx, tile.heightPx);
}
