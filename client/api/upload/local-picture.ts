import { AppError } from '../../../shared/errors/app-error.ts';
import { assembleJpeg } from '../../../shared/slide-format/jpeg/assemble-jpeg.ts';
import type {
  ByteRange,
  FileLevel,
  SlideImage,
  TileLocation,
} from '../../../shared/slide-format/slide-image.ts';
import { decodePlainPiece } from './local-pixels.ts';

/** A coarse level larger than this, or in more pieces, is not worth waiting for. */
const MOST_PIECES = 1024;
const MOST_PIXELS = 16_000_000;
const LONGEST_SIDE_PX = 640;

type Present = Exclude<TileLocation, { kind: 'empty' }>;

async function readRanges(image: SlideImage, ranges: readonly ByteRange[]): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for (const { file, offset, length } of ranges) {
    const source = image.files[file]?.source;
    if (source === undefined) throw new AppError('format.damaged', 'no such file');
    pieces.push(await source.read(offset, length));
  }
  return pieces;
}

/** A whole file of the piece that a browser shows, or undefined where its codec is not a browser's. */
async function readPicture(image: SlideImage, location: Present): Promise<Blob | undefined> {
  if (location.kind === 'stored' && location.codec === 'webp') {
    const [bytes] = await readRanges(image, [location.range]);
    return new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/webp' }); // read from a Blob
  }
  if (location.kind === 'stored' && location.codec !== 'jpeg') return undefined;
  const ranges = location.kind === 'stored' ? [location.range] : location.ranges;
  const bytes = assembleJpeg(location, await readRanges(image, ranges));
  return new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' }); // read from a Blob
}

async function decodePiece(
  image: SlideImage,
  { samples }: FileLevel,
  location: Present,
): Promise<ImageBitmap> {
  const picture = await readPicture(image, location);
  if (picture !== undefined) return await createImageBitmap(picture);
  if (location.kind === 'restart') throw new AppError('format.damaged', 'not a JPEG');
  const { codec, range, widthPx, heightPx } = location;
  if (widthPx * heightPx > MOST_PIXELS) throw new AppError('format.damaged', 'a huge piece');
  const [bytes = new Uint8Array()] = await readRanges(image, [range]);
  const piece = { codec, samples, widthPx, heightPx };
  const plain = { ...piece, bytes: bytes as Uint8Array<ArrayBuffer> }; // read from a Blob
  return await createImageBitmap(await decodePlainPiece(plain));
}

interface Drawing {
  readonly context: OffscreenCanvasRenderingContext2D;
  readonly scale: number;
}

/** Edges on whole pixels of the picture: between scaled pieces a line of background would show. */
function drawBitmap({ context, scale }: Drawing, bitmap: ImageBitmap, x: number, y: number): void {
  const left = Math.floor(x * scale);
  const top = Math.floor(y * scale);
  const width = Math.ceil((x + bitmap.width) * scale) - left;
  const height = Math.ceil((y + bitmap.height) * scale) - top;
  context.drawImage(bitmap, left, top, width, height);
}

async function drawLevel(
  image: SlideImage,
  level: FileLevel,
  [columns, rows]: readonly [number, number],
): Promise<Blob> {
  const scale = Math.min(1, LONGEST_SIDE_PX / Math.max(level.widthPx, level.heightPx));
  const size = (px: number): number => Math.max(1, Math.round(px * scale));
  const canvas = new OffscreenCanvas(size(level.widthPx), size(level.heightPx));
  const context = canvas.getContext('2d');
  if (context === null) throw new AppError('format.unsupported-layout', 'no canvas');
  const { r, g, b } = image.properties.background;
  context.fillStyle = `rgb(${r} ${g} ${b})`;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const location = await level.locateTile(column, row);
      if (location.kind === 'empty') continue;
      const bitmap = await decodePiece(image, level, location);
      drawBitmap({ context, scale }, bitmap, column * level.tileWidthPx, row * level.tileHeightPx);
      bitmap.close();
    }
  }
  return await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
}

/**
 * A level or associated image as one picture that a browser shows; undefined when it is too large.
 * @throws AppError when its codec cannot be drawn here; DOMException when its bytes do not decode
 */
export async function localPicture(image: SlideImage, level: FileLevel): Promise<Blob | undefined> {
  const columns = Math.ceil(level.widthPx / level.tileWidthPx);
  const rows = Math.ceil(level.heightPx / level.tileHeightPx);
  if (columns * rows > MOST_PIECES || level.widthPx * level.heightPx > MOST_PIXELS)
    return undefined;
  if (columns * rows === 1) {
    const location = await level.locateTile(0, 0);
    // A tile larger than its level would show the scanner's padding: it is drawn, and cut.
    const isExact =
      location.kind !== 'empty' &&
      location.widthPx === level.widthPx &&
      location.heightPx === level.heightPx;
    const whole = isExact ? await readPicture(image, location) : undefined;
    if (whole !== undefined) return whole;
  }
  return await drawLevel(image, level, [columns, rows]);
}
