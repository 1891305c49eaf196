import { AppError } from '../../../shared/errors/app-error.ts';
import { bytesOf, type Canvas } from '../../../shared/slide-format/samples/canvas.ts';
import { decodeLzw } from '../../../shared/slide-format/samples/lzw.ts';
import { decodePackbits } from '../../../shared/slide-format/samples/packbits.ts';
import { unreadable } from '../../../shared/slide-format/samples/unreadable.ts';
import {
  unpackedBytes,
  unpackSamples,
} from '../../../shared/slide-format/samples/unpack-samples.ts';
import type { SampleLayout, TileCodec } from '../../../shared/slide-format/slide-image.ts';

/** One piece of a picture as it lies in the file, in a codec that no browser shows by itself. */
export interface PlainPiece {
  readonly codec: TileCodec;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly samples: SampleLayout;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** TIFF compression 8 and 32946 is what browsers call 'deflate': a zlib stream. Stops at `length` bytes. */
async function inflate(data: Uint8Array<ArrayBuffer>, length: number): Promise<Uint8Array> {
  const out = new Uint8Array(length);
  const inflated = new Blob([data]).stream().pipeThrough(new DecompressionStream('deflate'));
  const reader = inflated.getReader();
  let written = 0;
  try {
    while (written < length) {
      const { done, value } = await reader.read();
      if (done) throw unreadable('deflate data give too few bytes');
      out.set(value.subarray(0, length - written), written);
      written += value.length;
    }
  } catch (cause) {
    // TypeError: what the stream says of damaged data.
    throw cause instanceof TypeError ? unreadable('deflate data do not expand', cause) : cause;
  } finally {
    await reader.cancel().catch(() => undefined); // a stream that has failed has nothing to cancel
  }
  return out;
}

async function expand({ codec, bytes }: PlainPiece, length: number): Promise<Uint8Array> {
  switch (codec) {
    case 'raw':
      return bytes;
    case 'lzw':
      return decodeLzw(bytes, length);
    case 'packbits':
      return decodePackbits(bytes, length);
    case 'deflate':
      return await inflate(bytes, length);
    case 'jpeg':
    case 'webp':
    case 'jpeg2000':
    case 'zstd':
    case 'jpeg-ls':
    case 'jpeg-lossless':
      throw new AppError('format.unsupported-compression', `not drawn here: ${codec}`, {
        fields: { compression: codec },
      });
  }
}

function imageDataOf(canvas: Canvas): ImageData {
  const data = new Uint8ClampedArray(bytesOf(canvas));
  // The fourth byte of a canvas means nothing; a browser takes it for opacity.
  for (let at = 3; at < data.length; at += 4) data[at] = 255;
  return new ImageData(data, canvas.widthPx, canvas.heightPx);
}

/**
 * Pixels of a piece without a browser's decoder, by the decoders that the server uses.
 * @throws AppError 'tile.unreadable', 'format.unsupported-compression'
 */
export async function decodePlainPiece(piece: PlainPiece): Promise<ImageData> {
  const { samples, widthPx, heightPx } = piece;
  const length = unpackedBytes(samples, widthPx, heightPx);
  return imageDataOf(unpackSamples(await expand(piece, length), samples, widthPx, heightPx));
}
