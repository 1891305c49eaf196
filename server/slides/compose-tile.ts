import { isNotArrived, missingChunks, notArrived } from '../../shared/bytes/not-arrived.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { FileLevel, SlideImage } from '../../shared/slide-format/slide-image.ts';
import type { SlideProperties } from '../../shared/slide/slide.ts';
import type { TileAddress } from '../../shared/slide/tile-address.ts';
import type { ComposePiece } from '../imaging/compose.ts';
import type { DecodePool } from '../imaging/decode-pool.ts';
import type { ComposedPicture } from '../imaging/decode-protocol.ts';
import { type PlannedPiece, piecesOf, planTile, type Region, type TilePlan } from './plan-tile.ts';
import { encodedTile, locate, readLocation } from './read-location.ts';
import type { SlidePixels } from './slide-pixels.ts';

/** What composing asks of the rest of the server. */
export interface ComposeNeeds {
  readonly decode: DecodePool;
  /** Who asks; see DecodePool. */
  readonly lane?: string | undefined;
  /** The tile of another served level as JPEG, from a cache or composed in turn. */
  readonly readServed: (address: TileAddress) => Promise<Uint8Array>;
}

export interface ComposeSubject {
  /** Names decoded pieces in the decode processes; unique to these pixels. */
  readonly key: string;
  readonly pixels: SlidePixels;
  readonly properties: SlideProperties;
}

/** What is read at once for one tile: tiles of a source are small, reads wait on a disk. */
const READS_AT_ONCE = 16;
/** A served tile may have to be composed in turn: few at once, or the whole slide waits in the queue. */
const SERVED_AT_ONCE = 4;

/** Where bytes have not arrived, the others are tried all the same, and all that is missing is named at once. */
async function mapLimited<Item, Result>(
  items: readonly Item[],
  limit: number,
  map: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const missing = new Set<number>();
  let isMissing = false;
  let next = 0;
  const run = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      try {
        results[index] = await map(items[index] as Item); // index < length
      } catch (cause) {
        if (!isNotArrived(cause)) throw cause;
        isMissing = true;
        for (const chunk of missingChunks(cause)) missing.add(chunk);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, run));
  if (isMissing) throw notArrived([...missing]);
  return results;
}

function levelOf(image: SlideImage, fileLevel: number): FileLevel {
  const level = image.levels[fileLevel];
  if (level === undefined) throw new AppError('tile.unreadable', `no file level ${fileLevel}`);
  return level;
}

/** The pieces of a level of the file (or of a picture beside the levels) that cover a region. */
export async function filePieces(
  image: SlideImage,
  level: FileLevel,
  region: Region,
  key: string,
): Promise<ComposePiece[]> {
  return await mapLimited(piecesOf(level, region), READS_AT_ONCE, async (piece) => {
    const location = await locate(level, piece.column, piece.row);
    if (location.kind === 'empty') return { ...placeOf(piece), tile: null, key: null };
    const bytes = await readLocation(image, location);
    return {
      ...placeOf(piece),
      tile: encodedTile(level, location, bytes),
      key: `${key}/${piece.column}/${piece.row}`,
    };
  });
}

function placeOf({ x, y, usedWidthPx, usedHeightPx }: PlannedPiece) {
  return { x, y, usedWidthPx, usedHeightPx };
}

async function servedPieces(
  { readServed }: ComposeNeeds,
  { properties }: ComposeSubject,
  level: number,
  region: Region,
): Promise<ComposePiece[]> {
  const grid = properties.pyramid.levels[level];
  if (grid === undefined) throw new AppError('tile.outside', `no level ${level}`);
  return await mapLimited(piecesOf(grid, region), SERVED_AT_ONCE, async (piece) => {
    const { column, row } = piece;
    const bytes = await readServed({ level, column, row });
    return {
      ...placeOf(piece),
      key: null,
      tile: {
        codec: 'jpeg' as const,
        bytes,
        widthPx: piece.usedWidthPx,
        heightPx: piece.usedHeightPx,
        samples: COMPOSED_SAMPLES,
      },
    };
  });
}

/** What this server's own JPEGs are. */
const COMPOSED_SAMPLES = {
  channels: 3,
  bitsPerSample: 8,
  colour: 'ycbcr',
  planar: false,
  littleEndian: true,
  predictor: 1,
  subsampling: [1, 1],
  palette: undefined,
} as const;

async function composeByLibrary(
  { decode, lane }: ComposeNeeds,
  path: string,
  fileLevel: number,
  { region, halvings }: TilePlan,
  fitPx: number | null,
): Promise<ComposedPicture> {
  const { x, y, widthPx, heightPx } = region;
  const place = { level: fileLevel, x, y, widthPx, heightPx };
  return await decode.run({ kind: 'openslide-region', path, ...place, halvings, fitPx }, { lane });
}

/**
 * Composes a region of a served level: decodes what covers it in the file (or in a finer served level),
 * assembles, halves, encodes once.
 * @param fitPx scales the result down into a square of this side
 */
export async function composeRegion(
  needs: ComposeNeeds,
  subject: ComposeSubject,
  target: { readonly level: number; readonly region: Region; readonly fitPx: number | null },
): Promise<ComposedPicture> {
  const { pixels, properties, key } = subject;
  const { level, fitPx } = target;
  const plan = planTile(properties.pyramid, level, target.region);
  const { region, halvings, from } = plan;
  if (from.kind === 'file' && pixels.kind === 'openslide') {
    return await composeByLibrary(needs, pixels.path, from.fileLevel, plan, fitPx);
  }
  const pieces =
    from.kind === 'file' && pixels.kind === 'image'
      ? await filePieces(
          pixels.image,
          levelOf(pixels.image, from.fileLevel),
          region,
          `${key}/${from.fileLevel}`,
        )
      : await servedPieces(needs, subject, from.kind === 'served' ? from.level : level, region);
  const assembly = {
    regionWidthPx: region.widthPx,
    regionHeightPx: region.heightPx,
    halvings,
    background: properties.background,
    pieces,
  };
  return await needs.decode.run({ kind: 'compose', fitPx, plan: assembly }, { lane: needs.lane });
}
