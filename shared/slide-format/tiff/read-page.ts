import { damaged, tooLarge } from '../format-errors.ts';
import { LIMITS } from '../limits.ts';
import type { TiffDirectory, TiffEntry, TiffFrame } from './read-directory.ts';
import { readNumbers, readText } from './read-values.ts';
import { TAG } from './tags.ts';

/** What one directory says about its image. Sizes in pixels. Nothing that grows with the image is read. */
export interface TiffPage {
  readonly directory: TiffDirectory;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly tiled: boolean;
  /** Of a tile; for strips the width of the image and the rows of a strip. */
  readonly tileWidthPx: number;
  readonly tileHeightPx: number;
  readonly compression: number;
  readonly photometric: number;
  readonly bitsPerSample: readonly number[];
  readonly samplesPerPixel: number;
  /** Tag 339: 1 unsigned, 2 signed, 3 floating point. */
  readonly sampleFormat: number;
  readonly planar: number;
  readonly predictor: number;
  readonly subsampling: readonly [number, number];
  readonly subfileType: number;
  readonly description: string;
  readonly offsets: TiffEntry | undefined;
  readonly byteCounts: TiffEntry | undefined;
}

export async function readFirst(
  frame: TiffFrame,
  directory: TiffDirectory,
  tag: number,
): Promise<number | undefined> {
  const entry = directory.entries.get(tag);
  if (entry === undefined || entry.count === 0) return undefined;
  return (await readNumbers(frame, entry, 0, 1))[0];
}

export async function readTextTag(
  frame: TiffFrame,
  directory: TiffDirectory,
  tag: number,
  limit: number = LIMITS.shortTextBytes,
): Promise<string> {
  const entry = directory.entries.get(tag);
  return entry === undefined ? '' : (await readText(frame, entry, limit)).trim();
}

function checkSide(value: number | undefined, what: string): number {
  if (value === undefined) throw damaged('tag-missing', what);
  if (!Number.isInteger(value) || value < 1) throw damaged('size-invalid', `${what} ${value}`);
  if (value > LIMITS.levelSidePx) throw tooLarge('level', `${what} ${value}`);
  return value;
}

async function readTileSize(
  frame: TiffFrame,
  directory: TiffDirectory,
  size: { widthPx: number; heightPx: number },
) {
  const tileWidth = await readFirst(frame, directory, TAG.tileWidth);
  if (tileWidth !== undefined) {
    const tileWidthPx = checkSide(tileWidth, 'tile width');
    const tileHeightPx = checkSide(
      await readFirst(frame, directory, TAG.tileLength),
      'tile height',
    );
    if (Math.max(tileWidthPx, tileHeightPx) > LIMITS.tileSidePx) {
      throw tooLarge('tile', `${tileWidthPx} x ${tileHeightPx}`);
    }
    return { tiled: true, tileWidthPx, tileHeightPx };
  }
  // RowsPerStrip defaults to 2^32 - 1: one strip (TIFF 6.0 page 39).
  const rows = (await readFirst(frame, directory, TAG.rowsPerStrip)) ?? size.heightPx;
  if (rows < 1) throw damaged('tag-invalid', `rows per strip ${rows}`);
  const tileHeightPx = Math.min(Math.floor(rows), size.heightPx);
  return { tiled: false, tileWidthPx: size.widthPx, tileHeightPx };
}

async function readSubsampling(
  frame: TiffFrame,
  directory: TiffDirectory,
): Promise<readonly [number, number]> {
  const entry = directory.entries.get(TAG.ycbcrSubsampling);
  if (entry === undefined || entry.count < 2) return [2, 2];
  const [x = 2, y = 2] = await readNumbers(frame, entry, 0, 2);
  return [x, y];
}

async function readBits(frame: TiffFrame, directory: TiffDirectory): Promise<readonly number[]> {
  const entry = directory.entries.get(TAG.bitsPerSample);
  if (entry === undefined) return [1];
  return [...(await readNumbers(frame, entry, 0, Math.min(entry.count, 16)))];
}

/**
 * Reads the tags of one directory that say what its image is.
 * @param descriptionBytes a longer description is cut there; the first page's may hold megabytes of XML
 * @throws AppError 'format.damaged', 'format.too-large', 'format.truncated'
 */
export async function readPage(
  frame: TiffFrame,
  directory: TiffDirectory,
  descriptionBytes: number = LIMITS.shortTextBytes,
): Promise<TiffPage> {
  const first = (tag: number) => readFirst(frame, directory, tag);
  const widthPx = checkSide(await first(TAG.imageWidth), 'width');
  const heightPx = checkSide(await first(TAG.imageLength), 'height');
  const tile = await readTileSize(frame, directory, { widthPx, heightPx });
  const { entries } = directory;
  return {
    directory,
    widthPx,
    heightPx,
    ...tile,
    compression: (await first(TAG.compression)) ?? 1,
    photometric: (await first(TAG.photometric)) ?? -1,
    bitsPerSample: await readBits(frame, directory),
    samplesPerPixel: (await first(TAG.samplesPerPixel)) ?? 1,
    sampleFormat: (await first(TAG.sampleFormat)) ?? 1,
    planar: (await first(TAG.planarConfiguration)) ?? 1,
    predictor: (await first(TAG.predictor)) ?? 1,
    subsampling: await readSubsampling(frame, directory),
    subfileType: (await first(TAG.newSubfileType)) ?? 0,
    description: await readTextTag(frame, directory, TAG.imageDescription, descriptionBytes),
    offsets: entries.get(tile.tiled ? TAG.tileOffsets : TAG.stripOffsets),
    byteCounts: entries.get(tile.tiled ? TAG.tileByteCounts : TAG.stripByteCounts),
  };
}
