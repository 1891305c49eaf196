import { once } from '../../bytes/once.ts';
import { damaged, tooLarge, truncated, unsupportedLayout } from '../format-errors.ts';
import { levelSplicer } from '../jpeg/level-splicer.ts';
import { LIMITS } from '../limits.ts';
import type {
  ByteRange,
  FileLevel,
  SampleLayout,
  TileCodec,
  TileLocation,
} from '../slide-image.ts';
import { compressionOf } from './compression.ts';
import type { TiffFile } from './open-tiff.ts';
import type { TiffPage } from './read-page.ts';
import { readBytes } from './read-values.ts';
import { sampleLayoutOf } from './sample-layout.ts';
import type { TiffEntry, TiffFrame } from './read-directory.ts';
import { TAG, TYPE_BYTES } from './tags.ts';
import { pagedTag } from './tile-table.ts';

/** What a vendor knows better than the tags. */
export interface LevelOverrides {
  /** Level-0 pixels per pixel of this level; 1 by default. */
  readonly downsample?: number;
  /** The size without padding; the grid of tiles stays. */
  readonly widthPx?: number;
  readonly heightPx?: number;
  /** Index in SlideImage.files; 0 by default. */
  readonly file?: number;
}

/** Codecs whose codestreams a browser shows as they lie in the file. */
function isShownByBrowsers(codec: TileCodec, samples: SampleLayout): boolean {
  return codec === 'jpeg' && samples.channels !== 4 && samples.colour !== 'palette';
}

const WHOLE = { prefix: undefined, skip: 0 } as const;

interface Grid {
  readonly columns: number;
  readonly rows: number;
}

/** A table that reaches beyond the end of the file is known before any tile is wanted. */
function checkTable(frame: TiffFrame, entry: TiffEntry | undefined): void {
  if (entry === undefined || entry.inline !== undefined) return;
  const end = entry.offset + entry.count * (TYPE_BYTES.get(entry.type) ?? 1);
  if (end > frame.source.size) throw truncated(`tag ${entry.tag} up to ${end}`);
}

function gridOf(frame: TiffFrame, page: TiffPage): Grid {
  const columns = Math.ceil(page.widthPx / page.tileWidthPx);
  const rows = Math.ceil(page.heightPx / page.tileHeightPx);
  const tiles = columns * rows;
  const offsets = page.offsets?.count ?? 0;
  const counts = page.byteCounts?.count ?? 0;
  if (offsets < tiles || counts < tiles) {
    throw damaged('tile-table-short', `${offsets} offsets and ${counts} counts, ${tiles} tiles`);
  }
  checkTable(frame, page.offsets);
  checkTable(frame, page.byteCounts);
  if (!page.tiled && page.tileWidthPx * page.tileHeightPx > LIMITS.stripPixels) {
    throw unsupportedLayout('huge-stripes', `${page.tileWidthPx} x ${page.tileHeightPx}`);
  }
  return { columns, rows };
}

function createLocator(frame: TiffFrame, page: TiffPage, grid: Grid, file: number) {
  const { offsets, byteCounts } = page;
  if (offsets === undefined || byteCounts === undefined) throw damaged('tag-missing', 'offsets');
  const offsetTable = pagedTag(frame, offsets);
  const countTable = pagedTag(frame, byteCounts);
  return async (
    column: number,
    row: number,
    signal?: AbortSignal,
  ): Promise<ByteRange | undefined> => {
    const inside = column >= 0 && row >= 0 && column < grid.columns && row < grid.rows;
    if (!inside) throw damaged('tile-table-short', `tile ${column}, ${row}`);
    const index = row * grid.columns + column;
    const [offset, length] = await Promise.all([
      offsetTable.at(index, signal),
      countTable.at(index, signal),
    ]);
    // Sparse files (Philips, GDAL) and tiles that a scanner lost: no bytes.
    if (offset === 0 || length === 0) return undefined;
    if (length > LIMITS.tileBytes) throw tooLarge('tile', `${length} bytes`);
    if (offset + length > frame.source.size) throw truncated(`tile at ${offset} of ${length}`);
    return { file, offset, length };
  };
}

/** Closures of a level keep only these numbers: a page may hold megabytes of XML. */
function tileShape({ tiled, heightPx, tileWidthPx, tileHeightPx }: TiffPage) {
  return (row: number) => {
    // A tile is always whole; the last strip holds only the rows that are left.
    const left = heightPx - row * tileHeightPx;
    return {
      widthPx: tileWidthPx,
      heightPx: tiled ? tileHeightPx : Math.min(tileHeightPx, left),
    };
  };
}

function tablesReader(frame: TiffFrame, entry: TiffEntry | undefined) {
  return once(async () =>
    entry === undefined ? undefined : readBytes(frame, entry, LIMITS.jpegTablesBytes),
  );
}

/**
 * Makes a level of a TIFF page: tiles, or strips as tiles that are as wide as the image.
 * @throws AppError 'format.unsupported-compression', 'format.unsupported-layout', 'format.damaged'
 */
export async function tiffLevel(
  file: TiffFile,
  page: TiffPage,
  overrides: LevelOverrides = {},
): Promise<FileLevel> {
  const { codec, colour } = compressionOf(page.compression);
  const samples = await sampleLayoutOf(file, page, { codec, colour });
  const locate = createLocator(file.lazy, page, gridOf(file, page), overrides.file ?? 0);
  const readTables = tablesReader(file.lazy, page.directory.entries.get(TAG.jpegTables));
  const splice = codec === 'jpeg' ? levelSplicer(samples, readTables) : undefined;
  const { source } = file.lazy;
  const sizeOf = tileShape(page);
  return {
    widthPx: overrides.widthPx ?? page.widthPx,
    heightPx: overrides.heightPx ?? page.heightPx,
    tileWidthPx: page.tileWidthPx,
    tileHeightPx: page.tileHeightPx,
    downsample: overrides.downsample ?? 1,
    samples,
    passThrough: isShownByBrowsers(codec, samples),
    async locateTile(column, row, signal): Promise<TileLocation> {
      const range = await locate(column, row, signal);
      if (range === undefined) return { kind: 'empty' };
      const { prefix, skip } = (await splice?.(source, range, signal)) ?? WHOLE;
      return { kind: 'stored', codec, range, prefix, skip, ...sizeOf(row) };
    },
  };
}
