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
import { TAG } from './tags.ts';
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

interface Grid {
  readonly columns: number;
  readonly rows: number;
}

function gridOf(page: TiffPage): Grid {
  const columns = Math.ceil(page.widthPx / page.tileWidthPx);
  const rows = Math.ceil(page.heightPx / page.tileHeightPx);
  const tiles = columns * rows;
  const offsets = page.offsets?.count ?? 0;
  const counts = page.byteCounts?.count ?? 0;
  if (offsets < tiles || counts < tiles) {
    throw damaged('tile-table-short', `${offsets} offsets and ${counts} counts, ${tiles} tiles`);
  }
  if (!page.tiled && page.tileWidthPx * page.tileHeightPx > LIMITS.stripPixels) {
    throw unsupportedLayout('huge-stripes', `${page.tileWidthPx} x ${page.tileHeightPx}`);
  }
  return { columns, rows };
}

function createLocator(file: TiffFile, page: TiffPage, grid: Grid, overrides: LevelOverrides) {
  const frame = file.lazy;
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
    return { file: overrides.file ?? 0, offset, length };
  };
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
  const compression = compressionOf(page.compression);
  const samples = await sampleLayoutOf(file, page, compression);
  const grid = gridOf(page);
  const locate = createLocator(file, page, grid, overrides);
  const { codec } = compression;
  const tables = page.directory.entries.get(TAG.jpegTables);
  const readTables = once(async () =>
    tables === undefined ? undefined : readBytes(file.lazy, tables, LIMITS.tileBytes),
  );
  const splice = codec === 'jpeg' ? levelSplicer(file.lazy.source, samples, readTables) : undefined;
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
      const { prefix, skip } = (await splice?.(range, signal)) ?? { prefix: undefined, skip: 0 };
      // A tile is always whole; the last strip holds only the rows that are left.
      const left = page.heightPx - row * page.tileHeightPx;
      const heightPx = page.tiled ? page.tileHeightPx : Math.min(page.tileHeightPx, left);
      return { kind: 'stored', codec, range, prefix, skip, widthPx: page.tileWidthPx, heightPx };
    },
  };
}
