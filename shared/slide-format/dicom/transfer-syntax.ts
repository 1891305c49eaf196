import { unsupportedCompression } from '../format-errors.ts';
import type { TileCodec } from '../slide-image.ts';

export interface TransferSyntax {
  readonly name: string;
  readonly codec: TileCodec;
  readonly explicit: boolean;
  readonly encapsulated: boolean;
}

const NATIVE = { codec: 'raw', encapsulated: false } as const;
const ENCAPSULATED = { explicit: true, encapsulated: true } as const;

/** PS3.5 annex A; PS3.6 table A-1. */
const READ: ReadonlyMap<string, TransferSyntax> = new Map<string, TransferSyntax>([
  ['1.2.840.10008.1.2', { ...NATIVE, name: 'uncompressed', explicit: false }],
  ['1.2.840.10008.1.2.1', { ...NATIVE, name: 'uncompressed', explicit: true }],
  ['1.2.840.10008.1.2.4.50', { ...ENCAPSULATED, name: 'JPEG', codec: 'jpeg' }],
  ['1.2.840.10008.1.2.4.51', { ...ENCAPSULATED, name: 'JPEG', codec: 'jpeg' }],
  ['1.2.840.10008.1.2.4.90', { ...ENCAPSULATED, name: 'JPEG 2000', codec: 'jpeg2000' }],
  ['1.2.840.10008.1.2.4.91', { ...ENCAPSULATED, name: 'JPEG 2000', codec: 'jpeg2000' }],
]);

/** Known by name only. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['1.2.840.10008.1.2.1.99', 'deflated DICOM'],
  ['1.2.840.10008.1.2.2', 'big-endian DICOM'],
  ['1.2.840.10008.1.2.4.57', 'lossless JPEG'],
  ['1.2.840.10008.1.2.4.70', 'lossless JPEG'],
  ['1.2.840.10008.1.2.4.80', 'JPEG-LS lossless'],
  ['1.2.840.10008.1.2.4.81', 'JPEG-LS near-lossless'],
  ['1.2.840.10008.1.2.4.92', 'JPEG 2000 part 2'],
  ['1.2.840.10008.1.2.4.93', 'JPEG 2000 part 2'],
  ['1.2.840.10008.1.2.4.110', 'JPEG XL lossless'],
  ['1.2.840.10008.1.2.4.111', 'JPEG XL from JPEG'],
  ['1.2.840.10008.1.2.4.112', 'JPEG XL'],
  ['1.2.840.10008.1.2.4.201', 'HTJ2K lossless'],
  ['1.2.840.10008.1.2.4.202', 'HTJ2K lossless RPCL'],
  ['1.2.840.10008.1.2.4.203', 'HTJ2K'],
  ['1.2.840.10008.1.2.5', 'DICOM RLE'],
]);

/** @throws AppError 'format.unsupported-compression' by the name of the transfer syntax */
export function transferSyntaxOf(uid: string): TransferSyntax {
  const known = READ.get(uid);
  if (known !== undefined) return known;
  throw unsupportedCompression(REFUSED.get(uid) ?? `DICOM ${uid.slice(0, 64)}`);
}

/** How the data set itself is written, whether or not its pixels can be read. */
export function isExplicit(uid: string): boolean {
  if (uid === '1.2.840.10008.1.2.1.99' || uid === '1.2.840.10008.1.2.2') transferSyntaxOf(uid);
  return uid !== '1.2.840.10008.1.2';
}
