import { sharp } from '../../server/imaging/codecs/sharp-engine.ts';
import type { Raster } from '../../server/imaging/jpeg.ts';

/** Bound of the product: mean absolute difference of all samples, of 255. */
export const MAX_MEAN_DIFFERENCE = 2;

/** Decodes by libvips, which is not what composed tiles are made with. */
export async function decodeReference(picture: Uint8Array | string, page = 0): Promise<Raster> {
  const { data, info } = await sharp(picture, { page, limitInputPixels: false })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: 3 };
}

/** Mean absolute difference of two pictures; Infinity when they differ in size. */
export function meanDifference(a: Raster, b: Raster): number {
  if (a.width !== b.width || a.height !== b.height) return Number.POSITIVE_INFINITY;
  let sum = 0;
  const length = a.data.length;
  for (let i = 0; i < length; i++) sum += Math.abs((a.data[i] ?? 0) - (b.data[i] ?? 0));
  return sum / a.data.length;
}

export function cutOut(
  { data, width }: Raster,
  area: { x: number; y: number; width: number; height: number },
): Raster {
  const out = new Uint8Array(area.width * area.height * 3);
  for (let row = 0; row < area.height; row++) {
    const from = ((area.y + row) * width + area.x) * 3;
    out.set(data.subarray(from, from + area.width * 3), row * area.width * 3);
  }
  return { data: out, width: area.width, height: area.height, channels: 3 };
}

/** Halves a picture the slow, obvious way; an odd last column or row is averaged with itself. */
export function halve({ data, width, height }: Raster): Raster {
  const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  const out = new Uint8Array(half.width * half.height * 3);
  const at = (x: number, y: number, c: number) =>
    data[(Math.min(y, height - 1) * width + Math.min(x, width - 1)) * 3 + c] ?? 0;
  for (let y = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++) {
      for (let c = 0; c < 3; c++) {
        const sum =
          at(2 * x, 2 * y, c) +
          at(2 * x + 1, 2 * y, c) +
          at(2 * x, 2 * y + 1, c) +
          at(2 * x + 1, 2 * y + 1, c);
        out[(y * half.width + x) * 3 + c] = Math.floor((sum + 2) / 4);
      }
    }
  }
  return { data: out, ...half, channels: 3 };
}

const SOS = 0xda;

/** The entropy-coded bytes of a JPEG, from behind its scan header to EOI, cut at its restart markers. */
export function scanSegments(jpeg: Uint8Array): Buffer[] {
  const scan = scanOf(jpeg);
  const segments: Buffer[] = [];
  let start = 0;
  for (let at = 0; at + 1 < scan.length; at++) {
    const isRestart =
      scan[at] === 0xff && (scan[at + 1] ?? 0) >= 0xd0 && (scan[at + 1] ?? 0) <= 0xd7;
    if (!isRestart) continue;
    segments.push(scan.subarray(start, at));
    start = at + 2;
  }
  return [...segments, scan.subarray(start)];
}

function scanOf(jpeg: Uint8Array): Buffer {
  let at = 2;
  while (at + 4 < jpeg.length) {
    const length = ((jpeg[at + 2] ?? 0) << 8) | (jpeg[at + 3] ?? 0);
    if (jpeg[at + 1] === SOS) return Buffer.from(jpeg.subarray(at + 2 + length, jpeg.length - 2));
    at += 2 + length;
  }
  throw new Error('a JPEG without a scan');
}
