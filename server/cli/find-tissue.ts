import { AppError } from '../../shared/errors/app-error.ts';
import { assembleJpeg } from '../../shared/slide-format/jpeg/assemble-jpeg.ts';
import type { FileLevel, SlideImage, TileLocation } from '../../shared/slide-format/slide-image.ts';
import { type TissueMask, tissueMask } from '../../shared/upload/tissue-mask.ts';
import { decodeTile } from '../imaging/decode-tile.ts';

/** A coarse level larger than this is not worth waiting for. */
const MOST_TILES = 1_024;
const MASK_PX = 200;

type Present = Exclude<TileLocation, { kind: 'empty' }>;

async function decodePiece(image: SlideImage, { samples }: FileLevel, location: Present) {
  const ranges = location.kind === 'stored' ? [location.range] : location.ranges;
  const pieces: Uint8Array[] = [];
  for (const { file, offset, length } of ranges) {
    const source = image.files[file]?.source;
    if (source === undefined) throw new AppError('format.damaged', 'no such file');
    pieces.push(await source.read(offset, length));
  }
  const { widthPx, heightPx } = location;
  const codec = location.kind === 'stored' ? location.codec : 'jpeg';
  const bytes = codec === 'jpeg' ? assembleJpeg(location, pieces) : pieces[0];
  if (bytes === undefined) throw new AppError('format.damaged', 'a tile without bytes');
  return await decodeTile({ codec, bytes, samples, widthPx, heightPx }, false);
}

/** The coarsest level in at most 200 pixels, one of many taken for each. */
async function smallPicture(image: SlideImage, level: FileLevel) {
  const scale = Math.min(1, MASK_PX / Math.max(level.widthPx, level.heightPx));
  const width = Math.max(1, Math.floor(level.widthPx * scale));
  const height = Math.max(1, Math.floor(level.heightPx * scale));
  const data = new Uint8Array(4 * width * height).fill(255);
  const { tileWidthPx, tileHeightPx } = level;
  for (let top = 0; top < level.heightPx; top += tileHeightPx) {
    for (let left = 0; left < level.widthPx; left += tileWidthPx) {
      const location = await level.locateTile(left / tileWidthPx, top / tileHeightPx);
      if (location.kind === 'empty') continue;
      const tile = await decodePiece(image, level, location);
      const rgba = new Uint8Array(tile.pixels.buffer, tile.pixels.byteOffset);
      for (let y = Math.ceil(top * scale); y < height; y += 1) {
        const row = Math.floor(y / scale) - top;
        if (row >= tile.heightPx) break;
        for (let x = Math.ceil(left * scale); x < width; x += 1) {
          const column = Math.floor(x / scale) - left;
          if (column >= tile.widthPx) break;
          const from = 4 * (row * tile.widthPx + column);
          data.set(rgba.subarray(from, from + 3), 4 * (y * width + x));
        }
      }
    }
  }
  return { width, height, data };
}

/** Where tissue lies; undefined: the coarsest level is too large, or cannot be drawn here. */
export async function findTissue(image: SlideImage): Promise<TissueMask | undefined> {
  const level = image.levels.at(-1);
  if (level === undefined) return undefined;
  const columns = Math.ceil(level.widthPx / level.tileWidthPx);
  const rows = Math.ceil(level.heightPx / level.tileHeightPx);
  if (columns * rows > MOST_TILES) return undefined;
  try {
    return tissueMask(await smallPicture(image, level));
  } catch (cause) {
    if (cause instanceof AppError) return undefined;
    throw cause;
  }
}
