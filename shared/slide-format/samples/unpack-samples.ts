import type { SampleLayout } from '../slide-image.ts';
import { bytesOf, type Canvas, canvasOf, createCanvas } from './canvas.ts';
import { unreadable } from './unreadable.ts';
import { ycbcrToRgb } from './ycbcr.ts';

/** Samples of one pixel as they lie in the file. A palette has one index. */
function storedChannels(samples: SampleLayout): 1 | 3 | 4 {
  return samples.colour === 'palette' ? 1 : samples.channels;
}

function isSubsampled({ colour, subsampling }: SampleLayout): boolean {
  return colour === 'ycbcr' && (subsampling[0] > 1 || subsampling[1] > 1);
}

/** How many bytes uncompressed samples of a tile take. */
export function unpackedBytes(samples: SampleLayout, widthPx: number, heightPx: number): number {
  if (isSubsampled(samples)) {
    const [across, down] = samples.subsampling;
    const units = Math.ceil(widthPx / across) * Math.ceil(heightPx / down);
    return units * (across * down + 2);
  }
  return widthPx * heightPx * storedChannels(samples) * (samples.bitsPerSample / 8);
}

/** Undoes horizontal differencing (TIFF 6.0 section 14); planes are rows of one channel. */
function undoPredictor(data: Uint8Array, samples: SampleLayout, widthPx: number): Uint8Array {
  const channels = samples.planar ? 1 : storedChannels(samples);
  const stride = widthPx * channels;
  if (samples.bitsPerSample === 8) {
    const out = Uint8Array.from(data);
    for (let row = 0; row + stride <= out.length; row += stride) {
      for (let i = row + channels; i < row + stride; i++) {
        out[i] = (out[i] ?? 0) + (out[i - channels] ?? 0);
      }
    }
    return out;
  }
  const out = Uint8Array.from(data);
  const view = new DataView(out.buffer);
  const little = samples.littleEndian;
  for (let row = 0; row + stride <= out.length / 2; row += stride) {
    for (let i = row + channels; i < row + stride; i++) {
      const sum = view.getUint16(i * 2, little) + view.getUint16((i - channels) * 2, little);
      view.setUint16(i * 2, sum & 0xffff, little);
    }
  }
  return out;
}

/** Keeps the more significant byte: what a screen of 8 bits can show of 16. */
function toEightBits(data: Uint8Array, littleEndian: boolean): Uint8Array {
  const out = new Uint8Array(data.length >> 1);
  const high = littleEndian ? 1 : 0;
  for (let i = 0; i < out.length; i++) out[i] = data[i * 2 + high] ?? 0;
  return out;
}

function interleavePlanes(data: Uint8Array, channels: number): Uint8Array {
  const out = new Uint8Array(data.length);
  const plane = data.length / channels;
  for (let channel = 0; channel < channels; channel++) {
    const from = channel * plane;
    for (let i = 0; i < plane; i++) out[i * channels + channel] = data[from + i] ?? 0;
  }
  return out;
}

/**
 * TIFF 6.0 section 21: a data unit is a block of luminance, row by row, then one Cb and one Cr. DICOM's
 * YBR_FULL_422 is the unit of 2 x 1.
 */
function unpackSubsampled(
  data: Uint8Array,
  [across, down]: readonly [number, number],
  widthPx: number,
  heightPx: number,
): Canvas {
  const canvas = createCanvas(widthPx, heightPx);
  const out = bytesOf(canvas);
  const unit = across * down + 2;
  const unitsAcross = Math.ceil(widthPx / across);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const start = (Math.floor(y / down) * unitsAcross + Math.floor(x / across)) * unit;
      const to = (y * widthPx + x) * 4;
      out[to] = data[start + (y % down) * across + (x % across)] ?? 0;
      out[to + 1] = data[start + unit - 2] ?? 0;
      out[to + 2] = data[start + unit - 1] ?? 0;
      out[to + 3] = 255;
    }
  }
  ycbcrToRgb(out);
  return canvas;
}

function unpackPalette(data: Uint8Array, palette: Uint8Array, widthPx: number, heightPx: number) {
  const colours = new Uint8Array(data.length * 3);
  for (const [i, index] of data.entries()) {
    colours.set(palette.subarray(index * 3, index * 3 + 3), i * 3);
  }
  return canvasOf(colours, widthPx, heightPx, 3);
}

/** The negative: TIFF photometric 0 and DICOM MONOCHROME1 store white as 0. */
export function invert(canvas: Canvas): Canvas {
  const pixels = canvas.pixels.map((pixel) => ~pixel);
  return { ...canvas, pixels };
}

/**
 * Uncompressed samples as pixels: predictor, planes, 16 bits, palette, grey and YCbCr.
 * @param data exactly or more than unpackedBytes(samples, …)
 */
export function unpackSamples(
  data: Uint8Array,
  samples: SampleLayout,
  widthPx: number,
  heightPx: number,
): Canvas {
  const bytes = unpackedBytes(samples, widthPx, heightPx);
  if (data.length < bytes) throw unreadable('the tile has too few samples');
  if (isSubsampled(samples)) return unpackSubsampled(data, samples.subsampling, widthPx, heightPx);
  const channels = storedChannels(samples);
  let plain: Uint8Array = data.subarray(0, bytes);
  if (samples.predictor === 2) plain = undoPredictor(plain, samples, widthPx);
  if (samples.bitsPerSample === 16) plain = toEightBits(plain, samples.littleEndian);
  if (samples.colour === 'palette') {
    const { palette } = samples;
    if (palette === undefined) throw unreadable('a palette picture without its palette');
    return unpackPalette(plain, palette, widthPx, heightPx);
  }
  if (samples.planar && channels > 1) plain = interleavePlanes(plain, channels);
  const canvas = canvasOf(plain, widthPx, heightPx, channels);
  if (samples.colour === 'ycbcr') ycbcrToRgb(bytesOf(canvas));
  return samples.colour === 'grey-inverted' ? invert(canvas) : canvas;
}
