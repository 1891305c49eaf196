import { withBlockCache } from '../../bytes/block-cache.ts';
import type { ByteSource } from '../../bytes/byte-source.ts';
import { damaged, tooLarge } from '../format-errors.ts';
import { LIMITS } from '../limits.ts';
import {
  readDirectory,
  readOffset64,
  type TiffDirectory,
  type TiffFlavour,
  type TiffFrame,
  viewOf,
} from './read-directory.ts';
import { readNumbers } from './read-values.ts';
import { TAG } from './tags.ts';

/** A TIFF whose directories are known; values are read when needed. */
export interface TiffFile extends TiffFrame {
  /** The same file without the cache that served opening it: for what is read later, and kept. */
  readonly lazy: TiffFrame;
  /** The main chain, in order. */
  readonly directories: readonly TiffDirectory[];
  /** SubIFDs (tag 330), by the offset of the directory that names them. */
  readonly subDirectories: ReadonlyMap<number, readonly TiffDirectory[]>;
}

/** Small enough to divide any chunk of an upload, large enough for a directory with its values. */
const HEADER_CACHE = { blockBytes: 16_384, blocks: 24 } as const;

export function isTiff(head: Uint8Array): boolean {
  const [a, b, c, d] = head;
  if (a === 0x49 && b === 0x49) return (c === 42 || c === 43) && d === 0;
  if (a === 0x4d && b === 0x4d) return c === 0 && (d === 42 || d === 43);
  return false;
}

interface TiffHeader {
  readonly littleEndian: boolean;
  readonly flavour: TiffFlavour;
  readonly firstOffset: number;
}

async function readHeader(source: ByteSource): Promise<TiffHeader> {
  const bytes = new Uint8Array(16);
  bytes.set(await source.read(0, Math.min(16, source.size)));
  if (!isTiff(bytes)) throw damaged('directory-invalid', 'no TIFF header');
  const view = viewOf(bytes);
  const littleEndian = bytes[0] === 0x49;
  if (view.getUint16(2, littleEndian) === 43) {
    if (view.getUint16(4, littleEndian) !== 8) throw damaged('directory-invalid', 'offset size');
    return { littleEndian, flavour: 'big', firstOffset: readOffset64(view, 8, littleEndian) };
  }
  const classic = {
    littleEndian,
    flavour: 'classic',
    firstOffset: view.getUint32(4, littleEndian),
  };
  const wide = readOffset64(view, 4, littleEndian);
  const isNdpi = littleEndian && (await hasNdpiTag(source, wide));
  if (isNdpi) return { littleEndian, flavour: 'ndpi', firstOffset: wide };
  return { ...classic, flavour: 'classic' };
}

/** Hamamatsu's mark is tag 65420 in the directory that the 64-bit reading of the header points at. */
async function hasNdpiTag(source: ByteSource, offset: number): Promise<boolean> {
  if (offset < 8 || offset + 2 > source.size) return false;
  const count = viewOf(await source.read(offset, 2)).getUint16(0, true);
  if (count > LIMITS.tags || offset + 2 + count * 12 > source.size) return false;
  const view = viewOf(await source.read(offset + 2, count * 12));
  for (let index = 0; index < count; index++) {
    if (view.getUint16(index * 12, true) === TAG.ndpiFormat) return true;
  }
  return false;
}

/** Refuses a directory that is met twice, and more directories than any slide has. */
function createVisitor(frame: TiffFrame) {
  const visited = new Set<number>();
  let tags = 0;
  return async (offset: number): Promise<TiffDirectory> => {
    if (visited.has(offset)) throw damaged('directory-loop', `directory at ${offset}`);
    if (visited.size >= LIMITS.directories) throw tooLarge('directories', `${visited.size}`);
    visited.add(offset);
    const directory = await readDirectory(frame, offset);
    tags += directory.entries.size;
    if (tags > LIMITS.allTags) throw tooLarge('tags', `${tags}`);
    return directory;
  };
}

/**
 * Reads the header and all directories of a TIFF: classic, BigTIFF or NDPI, either byte order.
 * @throws AppError 'format.truncated', 'format.damaged', 'format.too-large'
 */
export async function openTiff(source: ByteSource): Promise<TiffFile> {
  const cached = withBlockCache(source, HEADER_CACHE);
  const header = await readHeader(cached);
  const frame: TiffFrame = {
    source: cached,
    littleEndian: header.littleEndian,
    flavour: header.flavour,
  };
  const visit = createVisitor(frame);
  const directories: TiffDirectory[] = [];
  const subDirectories = new Map<number, readonly TiffDirectory[]>();
  for (let next = header.firstOffset; next !== 0; ) {
    const directory = await visit(next);
    directories.push(directory);
    const pointers = directory.entries.get(TAG.subIfds);
    if (pointers !== undefined) {
      if (pointers.count > LIMITS.directories) throw tooLarge('directories', `${pointers.count}`);
      const below: TiffDirectory[] = [];
      for (const offset of await readNumbers(frame, pointers)) below.push(await visit(offset));
      subDirectories.set(directory.offset, below);
    }
    next = directory.nextOffset;
  }
  if (directories.length === 0) throw damaged('no-image', 'no directory');
  return { ...frame, lazy: { ...frame, source }, directories, subDirectories };
}
