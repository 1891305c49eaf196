import { AppError } from '../../../shared/errors/app-error.ts';
import { assembleJpeg } from '../../../shared/slide-format/jpeg/assemble-jpeg.ts';
import type { FileLevel, SlideImage } from '../../../shared/slide-format/slide-image.ts';

/** A coarse level with more tiles than this is not worth waiting for. */
const MOST_TILES = 64;
const LONGEST_SIDE_PX = 640;

/** The JPEG of one tile as it lies in the file, or undefined where it is empty or not JPEG. */
async function tileBlob(
  image: SlideImage,
  level: FileLevel,
  column: number,
  row: number,
): Promise<Blob | undefined> {
  const location = await level.locateTile(column, row);
  if (location.kind === 'empty') return undefined;
  if (location.kind === 'stored' && location.codec !== 'jpeg') return undefined;
  const ranges = location.kind === 'stored' ? [location.range] : location.ranges;
  const pieces: Uint8Array[] = [];
  for (const { file, offset, length } of ranges) {
    const source = image.files[file]?.source;
    if (source === undefined) throw new AppError('format.damaged', 'no such file');
    pieces.push(await source.read(offset, length));
  }
  const bytes = assembleJpeg(location, pieces) as Uint8Array<ArrayBuffer>; // read from a Blob
  return new Blob([bytes], { type: 'image/jpeg' });
}

async function drawTiles(
  image: SlideImage,
  level: FileLevel,
  [columns, rows]: readonly [number, number],
): Promise<Blob> {
  const scale = Math.min(1, LONGEST_SIDE_PX / Math.max(level.widthPx, level.heightPx));
  const size = (px: number): number => Math.max(1, Math.round(px * scale));
  const canvas = new OffscreenCanvas(size(level.widthPx), size(level.heightPx));
  const context = canvas.getContext('2d');
  if (context === null) throw new AppError('format.unsupported-layout', 'no canvas');
  context.scale(scale, scale);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const blob = await tileBlob(image, level, column, row);
      if (blob === undefined) continue;
      const bitmap = await createImageBitmap(blob);
      context.drawImage(bitmap, column * level.tileWidthPx, row * level.tileHeightPx);
      bitmap.close();
    }
  }
  return await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 });
}

/** A level or associated image as one picture that a browser shows; undefined when it is not JPEG or too large. */
export async function localPicture(image: SlideImage, level: FileLevel): Promise<Blob | undefined> {
  const columns = Math.ceil(level.widthPx / level.tileWidthPx);
  const rows = Math.ceil(level.heightPx / level.tileHeightPx);
  if (columns * rows > MOST_TILES) return undefined;
  const first = await tileBlob(image, level, 0, 0);
  if (columns * rows === 1 || first === undefined) return first;
  return await drawTiles(image, level, [columns, rows]);
}
