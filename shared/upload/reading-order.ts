import { AppError } from '../errors/app-error.ts';
import type { ByteRange, FileLevel, SlideImage } from '../slide-format/slide-image.ts';
import { chunkCount, chunksOfRange, type UploadFile } from './chunk-grid.ts';
import type { TissueMask } from './tissue-mask.ts';

export interface ReadingOrderNeeds {
  readonly image: Pick<SlideImage, 'levels' | 'associated'>;
  readonly files: readonly UploadFile[];
  readonly chunkBytes: number;
  /** Chunks that were read to open the slide, and since: directories and tables. Grows while tiles are located. */
  readonly tables: ReadonlySet<number>;
  /** undefined: nobody knows; then everything counts as tissue. */
  readonly tissue: TissueMask | undefined;
  /** Told when directory and coarse levels are ordered, before the long rest is. */
  readonly onFirst?: (order: readonly number[]) => void;
}

/** The coarsest level goes whole; the next ones too, while together they are at most this part of the upload. */
const COARSE_PART = 0.04;
/** Locating more tiles than this takes longer than what it brings. */
const MOST_TILES = 400_000;

interface PlacedTile {
  readonly chunks: readonly [first: number, afterLast: number][];
  /** Squared, in slide sides, from the middle of the tissue. */
  readonly distance: number;
  readonly isTissue: boolean;
}

/** Sums of the mask over rectangles, and its middle. */
function measure({ width, height, cells }: TissueMask) {
  const sums = new Uint32Array((width + 1) * (height + 1));
  let [sumX, sumY, count] = [0, 0, 0];
  for (let y = 0; y < height; y += 1) {
    let row = 0;
    for (let x = 0; x < width; x += 1) {
      const is = cells[y * width + x] ?? 0;
      row += is;
      [sumX, sumY, count] = [sumX + x * is, sumY + y * is, count + is];
      sums[(y + 1) * (width + 1) + x + 1] = (sums[y * (width + 1) + x + 1] ?? 0) + row;
    }
  }
  const at = (x: number, y: number): number => sums[y * (width + 1) + x] ?? 0;
  const clamp = (value: number, most: number): number => Math.max(0, Math.min(most, value));
  return {
    count,
    middle: { x: (sumX / count + 0.5) / width, y: (sumY / count + 0.5) / height },
    /** Whether there is tissue in the rectangle (parts of the slide's sides) or in the cells beside it. */
    touches: (left: number, top: number, right: number, bottom: number): boolean => {
      const [x0, x1] = [
        clamp(Math.floor(left * width) - 1, width),
        clamp(Math.ceil(right * width) + 1, width),
      ];
      const [y0, y1] = [
        clamp(Math.floor(top * height) - 1, height),
        clamp(Math.ceil(bottom * height) + 1, height),
      ];
      return at(x1, y1) - at(x0, y1) - at(x1, y0) + at(x0, y0) > 0;
    },
  };
}

/** Without tissue (an empty glass, a stain that is missed) everything is looked at from the middle. */
function findTissue(mask: TissueMask | undefined) {
  const measured = mask === undefined ? undefined : measure(mask);
  if (measured !== undefined && measured.count > 0) return measured;
  return { middle: { x: 0.5, y: 0.5 }, touches: () => true };
}

/** Where a tile lies; undefined: the file has none there, or does not say where. */
async function rangesOf(
  level: FileLevel,
  column: number,
  row: number,
): Promise<readonly ByteRange[] | undefined> {
  try {
    const location = await level.locateTile(column, row);
    if (location.kind === 'empty') return undefined;
    return location.kind === 'stored' ? [location.range] : location.ranges;
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    return undefined;
  }
}

function gridOf(level: FileLevel) {
  return {
    columns: Math.ceil(level.widthPx / level.tileWidthPx),
    rows: Math.ceil(level.heightPx / level.tileHeightPx),
  };
}

async function placeTiles(
  { files, chunkBytes }: ReadingOrderNeeds,
  level: FileLevel,
  tissue: ReturnType<typeof findTissue>,
): Promise<PlacedTile[]> {
  const { columns, rows } = gridOf(level);
  const [width, height] = [level.tileWidthPx / level.widthPx, level.tileHeightPx / level.heightPx];
  const tiles: PlacedTile[] = [];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const ranges = await rangesOf(level, column, row);
      if (ranges === undefined) continue;
      const [left, top] = [column * width, row * height];
      const x = left + width / 2 - tissue.middle.x;
      const y = top + height / 2 - tissue.middle.y;
      tiles.push({
        chunks: ranges.map((range) => [...chunksOfRange(files, chunkBytes, range)]),
        distance: x * x + y * y,
        isTissue: tissue.touches(left, top, left + width, top + height),
      });
    }
  }
  return tiles.sort((a, b) => a.distance - b.distance);
}

/** Chunks in the order of their first mention. */
function createOrder(count: number) {
  const taken = new Uint8Array(count);
  const order: number[] = [];
  const take = (chunk: number): void => {
    if (chunk < 0 || chunk >= count || taken[chunk] === 1) return;
    taken[chunk] = 1;
    order.push(chunk);
  };
  const takeTile = ({ chunks }: PlacedTile): void => {
    for (const [first, afterLast] of chunks) for (let at = first; at < afterLast; at += 1) take(at);
  };
  return { order, take, takeTile };
}

/**
 * The order in which the chunks of a slide are sent, so that it can be looked at while they are: what opens it,
 * the coarse levels whole, the tissue of each finer level from its middle outwards, the pictures beside it, the
 * glass. Each chunk of the grid exactly once.
 */
export async function orderForReading(needs: ReadingOrderNeeds): Promise<number[]> {
  const { image, files, chunkBytes, tables } = needs;
  const count = chunkCount(files, chunkBytes);
  const { order, take, takeTile } = createOrder(count);
  const tissue = findTissue(needs.tissue);
  const glass: PlacedTile[] = [];
  let isCoarse = true;
  let coarseChunks = 0;
  let tiles = 0;
  /** DICOM tells a frame's length in front of it: what is read among the tiles is no table. */
  const takeTables = (tiled: ReadonlySet<number>): void => {
    for (const chunk of tables) if (!tiled.has(chunk)) take(chunk);
  };
  takeTables(new Set());
  for (const level of image.levels.toReversed()) {
    const { columns, rows } = gridOf(level);
    tiles += columns * rows;
    if (tiles > MOST_TILES) break;
    const placed = await placeTiles(needs, level, tissue);
    const chunks = new Set(placed.flatMap((tile) => tile.chunks.map(([first]) => first)));
    takeTables(chunks);
    const isTooMuch =
      coarseChunks > 0 && coarseChunks + chunks.size > Math.max(4, COARSE_PART * count);
    if (isCoarse && isTooMuch) {
      isCoarse = false;
      needs.onFirst?.(order.slice());
    }
    coarseChunks += chunks.size;
    for (const tile of placed) {
      if (isCoarse || tile.isTissue) takeTile(tile);
      else glass.push(tile);
    }
  }
  for (const picture of image.associated) {
    for (const tile of await placeTiles(needs, picture, tissue)) takeTile(tile);
  }
  glass.forEach(takeTile);
  for (let chunk = 0; chunk < count; chunk += 1) take(chunk);
  return order;
}
