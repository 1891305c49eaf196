import { AppError } from '../errors/app-error.ts';
import type { SlideRegion } from './slide-region.ts';

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** What a request may ask for at most, said in info.json. Its source has up to four times the pixels. */
export const IIIF_LIMITS = { maxWidth: 4_096, maxHeight: 4_096, maxArea: 6_000_000 } as const;

function invalid(what: string): AppError {
  return new AppError('interop.invalid', what);
}

const INTEGER = /^\d{1,9}$/;
/** Section 4.6: no exponent, no sign, digits on both sides of the point or before it. */
const DECIMAL = /^\d{1,9}(?:\.\d{1,10})?$/;

function numbersOf(text: string, form: RegExp): [number, number, number, number] {
  const parts = text.split(',');
  if (parts.length !== 4 || !parts.every((part) => form.test(part))) throw invalid('region');
  const [x = 0, y = 0, width = 0, height = 0] = parts.map(Number);
  return [x, y, width, height];
}

function cropped(full: Size, x: number, y: number, width: number, height: number): SlideRegion {
  const widthPx = Math.min(width, full.widthPx - x);
  const heightPx = Math.min(height, full.heightPx - y);
  // "… completely outside the bounds … or its width or height is zero" is an error (4.1).
  if (widthPx < 1 || heightPx < 1) throw invalid('region outside the image');
  return { x, y, widthPx, heightPx };
}

function squareOf({ widthPx, heightPx }: Size): SlideRegion {
  const side = Math.min(widthPx, heightPx);
  return {
    x: Math.floor((widthPx - side) / 2),
    y: Math.floor((heightPx - side) / 2),
    widthPx: side,
    heightPx: side,
  };
}

/** Section 4.1. @throws AppError 'interop.invalid' */
export function parseIiifRegion(full: Size, text: string): SlideRegion {
  if (text === 'full') return { x: 0, y: 0, ...full };
  if (text === 'square') return squareOf(full);
  if (!text.startsWith('pct:')) return cropped(full, ...numbersOf(text, INTEGER));
  const [x, y, width, height] = numbersOf(text.slice('pct:'.length), DECIMAL);
  const across = (percent: number) => Math.round((percent / 100) * full.widthPx);
  const down = (percent: number) => Math.round((percent / 100) * full.heightPx);
  return cropped(full, across(x), down(y), across(width), down(height));
}

function scaled(region: Size, scale: number): Size {
  return {
    widthPx: Math.max(1, Math.round(region.widthPx * scale)),
    heightPx: Math.max(1, Math.round(region.heightPx * scale)),
  };
}

/** By how much a region may grow in a box and in the limits. */
function scaleInto(region: Size, box: Size): number {
  const { maxWidth, maxHeight, maxArea } = IIIF_LIMITS;
  return Math.min(
    Math.min(box.widthPx, maxWidth) / region.widthPx,
    Math.min(box.heightPx, maxHeight) / region.heightPx,
    Math.sqrt(maxArea / (region.widthPx * region.heightPx)),
  );
}

/** The largest that the limits and a box allow, without upscaling. */
function confined(region: Size, box: Size): Size {
  const { maxArea } = IIIF_LIMITS;
  const size = scaled(region, Math.min(1, scaleInto(region, box)));
  // Rounding both sides up could pass the area by some pixels.
  return size.widthPx * size.heightPx <= maxArea ? size : { ...size, heightPx: size.heightPx - 1 };
}

function side(text: string): number {
  if (!INTEGER.test(text) || Number(text) === 0) throw invalid('size');
  return Number(text);
}

function sizeAsked(region: Size, text: string): Size {
  if (text.startsWith('pct:')) {
    const percent = text.slice('pct:'.length);
    if (!DECIMAL.test(percent) || Number(percent) === 0) throw invalid('size');
    return scaled(region, Number(percent) / 100);
  }
  const [width = '', height, ...more] = text.split(',');
  if (height === undefined || more.length > 0) throw invalid('size');
  if (height === '') {
    const widthPx = side(width);
    return { ...scaled(region, widthPx / region.widthPx), widthPx };
  }
  const heightPx = side(height);
  if (width === '') return { ...scaled(region, heightPx / region.heightPx), heightPx };
  return { widthPx: side(width), heightPx };
}

function exceeds(region: Size, size: Size): boolean {
  return size.widthPx > region.widthPx || size.heightPx > region.heightPx;
}

function boxOf(text: string): Size {
  const [width = '', height = '', ...more] = text.split(',');
  if (more.length > 0) throw invalid('size');
  return { widthPx: side(width), heightPx: side(height) };
}

/** A size after ^ is an error of ours only where it needs what is not offered (4.2). */
function needsUpscaling(region: Size, text: string): boolean {
  const { maxWidth: widthPx, maxHeight: heightPx } = IIIF_LIMITS;
  if (text === 'max') return scaleInto(region, { widthPx, heightPx }) > 1;
  if (text.startsWith('!')) return scaleInto(region, boxOf(text.slice(1))) > 1;
  return exceeds(region, sizeAsked(region, text));
}

/** Section 4.2. @throws AppError 'interop.invalid', 'interop.not-implemented' for upscaling */
export function parseIiifSize(region: Size, text: string): Size {
  if (text.startsWith('^')) {
    const plain = text.slice(1);
    if (plain.startsWith('^')) throw invalid('size');
    if (!needsUpscaling(region, plain)) return parseIiifSize(region, plain);
    throw new AppError('interop.not-implemented', 'upscaling');
  }
  if (text === 'max') return confined(region, region);
  if (text.startsWith('!')) return confined(region, boxOf(text.slice(1)));
  const size = sizeAsked(region, text);
  if (exceeds(region, size)) throw invalid('a size beyond the region without ^');
  const { maxWidth, maxHeight, maxArea } = IIIF_LIMITS;
  const tooLarge =
    size.widthPx > maxWidth || size.heightPx > maxHeight || size.widthPx * size.heightPx > maxArea;
  if (tooLarge) throw invalid('a size beyond the limits of info.json');
  return size;
}
