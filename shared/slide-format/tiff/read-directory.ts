import type { ByteSource } from '../../bytes/byte-source.ts';
import { damaged, tooLarge, truncated } from '../format-errors.ts';
import { LIMITS } from '../limits.ts';
import { TYPE_BYTES } from './tags.ts';

/**
 * - classic: TIFF 6.0, 32-bit offsets.
 * - big: BigTIFF, 64-bit offsets.
 * - ndpi: Hamamatsu's classic TIFF with 64-bit directory offsets and the high words of all values in
 *   a list behind the directory (openslide-decode-tifflike.c).
 */
export type TiffFlavour = 'classic' | 'big' | 'ndpi';

export interface TiffFrame {
  readonly source: ByteSource;
  readonly littleEndian: boolean;
  readonly flavour: TiffFlavour;
}

/** One tag as the directory holds it. Values are read when they are needed. */
export interface TiffEntry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Position of the values in the file; of the directory's own field when they are inline. */
  readonly offset: number;
  /** The values themselves when they fit into the directory. */
  readonly inline: Uint8Array | undefined;
  /** NDPI: upper 32 bits of an inline value. */
  readonly high: number;
}

export interface TiffDirectory {
  readonly offset: number;
  readonly entries: ReadonlyMap<number, TiffEntry>;
  readonly nextOffset: number;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A 64-bit offset as a number; beyond 2^53 no file reaches. */
export function readOffset64(view: DataView, at: number, littleEndian: boolean): number {
  const high = view.getUint32(littleEndian ? at + 4 : at, littleEndian);
  const low = view.getUint32(littleEndian ? at : at + 4, littleEndian);
  return high * 2 ** 32 + low;
}

interface DirectoryShape {
  readonly headBytes: number;
  readonly entryBytes: number;
  readonly tailBytes: number;
  readonly count: number;
}

async function readShape(frame: TiffFrame, offset: number): Promise<DirectoryShape> {
  const big = frame.flavour === 'big';
  const headBytes = big ? 8 : 2;
  const view = viewOf(await frame.source.read(offset, headBytes));
  const count = big
    ? readOffset64(view, 0, frame.littleEndian)
    : view.getUint16(0, frame.littleEndian);
  if (count > LIMITS.tags) throw tooLarge('tags', `${count} tags at ${offset}`);
  const tailBytes = frame.flavour === 'ndpi' ? 8 + count * 4 : big ? 8 : 4;
  return { headBytes, entryBytes: big ? 20 : 12, tailBytes, count };
}

/**
 * Reads one image file directory.
 * @throws AppError 'format.truncated', 'format.too-large', 'format.damaged'
 */
export async function readDirectory(frame: TiffFrame, offset: number): Promise<TiffDirectory> {
  if (offset < 8 || offset >= frame.source.size) throw truncated(`directory at ${offset}`);
  const shape = await readShape(frame, offset);
  if (shape.count === 0) throw damaged('directory-invalid', `empty directory at ${offset}`);
  const length = shape.headBytes + shape.count * shape.entryBytes + shape.tailBytes;
  // The last directory of some writers ends the file without its last four bytes of zero.
  const missing = Math.max(0, offset + length - frame.source.size);
  if (missing > shape.tailBytes) throw truncated(`directory at ${offset} of ${length} bytes`);
  const bytes = new Uint8Array(length);
  bytes.set(await frame.source.read(offset, length - missing));
  const view = viewOf(bytes);
  const entries = new Map<number, TiffEntry>();
  for (let index = 0; index < shape.count; index++) {
    const entry = readEntry(frame, view, offset, shape, index);
    // A directory that names a tag twice: the first one counts, as in libtiff.
    if (entry !== undefined && !entries.has(entry.tag)) entries.set(entry.tag, entry);
  }
  const tail = shape.headBytes + shape.count * shape.entryBytes;
  const nextOffset =
    frame.flavour === 'classic'
      ? view.getUint32(tail, frame.littleEndian)
      : readOffset64(view, tail, frame.littleEndian);
  return { offset, entries, nextOffset };
}

/** A tag of a type that is not known is passed over, as TIFF 6.0 section 2 asks. */
function readEntry(
  frame: TiffFrame,
  view: DataView,
  directoryOffset: number,
  shape: DirectoryShape,
  index: number,
): TiffEntry | undefined {
  const little = frame.littleEndian;
  const big = frame.flavour === 'big';
  const at = shape.headBytes + index * shape.entryBytes;
  const tag = view.getUint16(at, little);
  const type = view.getUint16(at + 2, little);
  const count = big ? readOffset64(view, at + 4, little) : view.getUint32(at + 4, little);
  const bytesEach = TYPE_BYTES.get(type);
  if (bytesEach === undefined) return undefined;
  const valueAt = at + (big ? 12 : 8);
  const room = big ? 8 : 4;
  const highAt = shape.headBytes + shape.count * shape.entryBytes + 8 + index * 4;
  const high = frame.flavour === 'ndpi' ? view.getUint32(highAt, little) : 0;
  if (count * bytesEach <= room) {
    const start = view.byteOffset + valueAt;
    const inline = new Uint8Array(view.buffer.slice(start, start + count * bytesEach));
    return { tag, type, count, offset: directoryOffset + valueAt, inline, high };
  }
  const offset = big
    ? readOffset64(view, valueAt, little)
    : view.getUint32(valueAt, little) + high * 2 ** 32;
  return { tag, type, count, offset, inline: undefined, high: 0 };
}
