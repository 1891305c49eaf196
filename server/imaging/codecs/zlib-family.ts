import { constants, inflateSync, zstdDecompressSync } from 'node:zlib';
import { unreadable } from '../../../shared/slide-format/samples/unreadable.ts';

function exactly(bytes: Uint8Array, length: number, what: string): Uint8Array {
  if (bytes.length < length) throw unreadable(`${what} data give too few bytes`);
  return bytes.length === length ? bytes : bytes.subarray(0, length);
}

/** A last strip may hold more rows than it needs, but no tile holds many times its own size. */
function limitFor(length: number): number {
  return length * 4 + 65_536;
}

/** TIFF compression 8 and 32946: a zlib stream. A stream that never ends is cut off by its length. */
export function decodeDeflate(data: Uint8Array, length: number): Uint8Array {
  try {
    const bytes = inflateSync(data, {
      maxOutputLength: limitFor(length),
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    return exactly(bytes, length, 'deflate');
  } catch (cause) {
    throw unreadable('deflate data do not expand', cause);
  }
}

/** TIFF compression 50000 (libtiff 4.0.10): a Zstandard frame. */
export function decodeZstd(data: Uint8Array, length: number): Uint8Array {
  try {
    return exactly(
      zstdDecompressSync(data, { maxOutputLength: limitFor(length) }),
      length,
      'Zstandard',
    );
  } catch (cause) {
    throw unreadable('Zstandard data do not expand', cause);
  }
}
