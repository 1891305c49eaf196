import { inflateSync } from 'node:zlib';
import { decodeJpeg, type Raster } from '../../server/imaging/jpeg.ts';
import { assembleJpeg } from '../../shared/slide-format/jpeg/assemble-jpeg.ts';
import type { FileLevel, SlideImage, TileLocation } from '../../shared/slide-format/slide-image.ts';

/** Bytes that a location names, one piece for each of its ranges. */
export async function locationBytes(
  image: SlideImage,
  location: Exclude<TileLocation, { kind: 'empty' }>,
): Promise<readonly Uint8Array[]> {
  const ranges = location.kind === 'stored' ? [location.range] : location.ranges;
  return Promise.all(
    ranges.map(async ({ file, offset, length }) => {
      const source = image.files[file]?.source;
      if (source === undefined) throw new Error(`no file ${file}`);
      return source.read(offset, length);
    }),
  );
}

/** A located tile as the JPEG that a browser would be sent. */
export async function tileJpeg(
  image: SlideImage,
  level: FileLevel,
  column: number,
  row: number,
): Promise<Uint8Array> {
  const location = await level.locateTile(column, row);
  if (location.kind === 'empty') throw new Error('an empty tile has no bytes');
  return assembleJpeg(location, await locationBytes(image, location));
}

/** Undoes TIFF's horizontal differencing (predictor 2) of 8-bit samples. */
function undoDifferences(data: Uint8Array, width: number, channels: number): void {
  const stride = width * channels;
  for (let row = 0; row < data.length; row += stride) {
    for (let at = row + channels; at < row + stride; at++) {
      data[at] = ((data[at] ?? 0) + (data[at - channels] ?? 0)) & 0xff;
    }
  }
}

/** RGB pixels of a tile in JPEG, uncompressed or Deflate; undefined for other codecs. */
export async function tilePixels(
  image: SlideImage,
  level: FileLevel,
  column: number,
  row: number,
): Promise<Raster | undefined> {
  const location = await level.locateTile(column, row);
  if (location.kind === 'empty') return undefined;
  const bytes = await locationBytes(image, location);
  if (location.kind === 'restart' || location.codec === 'jpeg') {
    return decodeJpeg(assembleJpeg(location, bytes));
  }
  const stored = bytes[0] ?? new Uint8Array();
  if (location.codec !== 'raw' && location.codec !== 'deflate') return undefined;
  const data = location.codec === 'raw' ? Uint8Array.from(stored) : inflateSync(stored);
  const { widthPx: width, heightPx: height } = location;
  if (level.samples.predictor === 2) undoDifferences(data, width, 3);
  return { data, width, height, channels: 3 };
}

export function crop(
  raster: Raster,
  area: { x: number; y: number; width: number; height: number },
): Raster {
  const { channels } = raster;
  const data = new Uint8Array(area.width * area.height * channels);
  for (let row = 0; row < area.height; row++) {
    const from = ((area.y + row) * raster.width + area.x) * channels;
    data.set(raster.data.subarray(from, from + area.width * channels), row * area.width * channels);
  }
  return { data, width: area.width, height: area.height, channels };
}

/** Mean absolute difference of two rasters of one size, in steps of 255. */
export function meanDifference(a: Raster, b: Raster): number {
  if (a.data.length !== b.data.length) throw new Error('rasters of different size');
  let sum = 0;
  for (let at = 0; at < a.data.length; at++) sum += Math.abs((a.data[at] ?? 0) - (b.data[at] ?? 0));
  return sum / a.data.length;
}
