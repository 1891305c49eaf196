import type { SlideFile } from '../../shared/bytes/byte-source.ts';
import { allArrived } from '../../shared/bytes/not-arrived.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { assembleJpeg } from '../../shared/slide-format/jpeg/assemble-jpeg.ts';
import type {
  ByteRange,
  FileLevel,
  SlideImage,
  TileLocation,
} from '../../shared/slide-format/slide-image.ts';
import type { EncodedTile } from '../imaging/decode-tile.ts';

type Located = Exclude<TileLocation, { kind: 'empty' }>;

function sourceOf(files: readonly SlideFile[], file: number) {
  const found = files[file];
  if (found === undefined) throw new AppError('tile.unreadable', `the slide has no file ${file}`);
  return found.source;
}

/** What was not there, was cut short or was damaged in the file is one thing to who looks at the tile. */
function asTileFailure(cause: unknown): unknown {
  if (!(cause instanceof AppError) || !cause.code.startsWith('format.')) return cause;
  return new AppError('tile.unreadable', cause.message, { cause });
}

/** @throws AppError 'tile.unreadable', 'tile.not-arrived' */
export async function locate(level: FileLevel, column: number, row: number): Promise<TileLocation> {
  try {
    return await level.locateTile(column, row);
  } catch (cause) {
    throw asTileFailure(cause);
  }
}

/**
 * The codestream of a located tile as it lies in the file; a JPEG with its tables and colour marker, as a
 * browser shows it.
 * @throws AppError 'tile.unreadable', 'tile.not-arrived'
 */
export async function readLocation(image: SlideImage, location: Located): Promise<Uint8Array> {
  const ranges = location.kind === 'stored' ? [location.range] : location.ranges;
  const read = ({ file, offset, length }: ByteRange) =>
    sourceOf(image.files, file).read(offset, length);
  try {
    return assembleJpeg(location, await allArrived(ranges.map(read)));
  } catch (cause) {
    throw asTileFailure(cause);
  }
}

/** The tile as a decode process wants it. */
export function encodedTile(level: FileLevel, location: Located, bytes: Uint8Array): EncodedTile {
  const codec = location.kind === 'stored' ? location.codec : 'jpeg';
  const { widthPx, heightPx } = location;
  return { codec, bytes, samples: level.samples, widthPx, heightPx };
}
