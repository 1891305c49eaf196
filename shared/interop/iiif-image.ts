import { AppError } from '../errors/app-error.ts';
import { parseIiifRegion, parseIiifSize } from './iiif-geometry.ts';
import type { RegionRequest } from './slide-region.ts';

/** The four path segments of an image request (IIIF Image API 3.0, section 4). */
export interface IiifSegments {
  readonly region: string;
  readonly size: string;
  readonly rotation: string;
  /** Quality and format, for example 'default.jpg'. */
  readonly file: string;
}

export type PictureQuality = 'default' | 'color' | 'gray' | 'bitonal';
export type PictureFormat = 'jpg' | 'png';

export interface IiifRequest extends RegionRequest {
  /** Mirrored about the vertical axis, before it is turned. */
  readonly mirrored: boolean;
  /** Clockwise. */
  readonly degrees: 0 | 90 | 180 | 270;
  readonly quality: PictureQuality;
  readonly format: PictureFormat;
  /** The path segments that every equal request shares (section 4.7). */
  readonly canonical: string;
}

/** @throws AppError 'interop.invalid' for what the standard does not know, 'interop.not-implemented' */
export function parseIiifImage(
  full: { readonly widthPx: number; readonly heightPx: number },
  segments: IiifSegments,
): IiifRequest {
  const region = parseIiifRegion(full, segments.region);
  const { widthPx, heightPx } = parseIiifSize(region, segments.size);
  const { mirrored, degrees } = parseRotation(segments.rotation);
  const { quality, format } = parseFile(segments.file);
  const isFull = region.widthPx === full.widthPx && region.heightPx === full.heightPx;
  const isMax = parseIiifSize(region, 'max').widthPx === widthPx && segments.size === 'max';
  const canonical = [
    isFull ? 'full' : `${region.x},${region.y},${region.widthPx},${region.heightPx}`,
    isMax ? 'max' : `${widthPx},${heightPx}`,
    `${mirrored ? '!' : ''}${degrees}`,
    `${quality === 'color' ? 'default' : quality}.${format}`,
  ].join('/');
  return { region, widthPx, heightPx, mirrored, degrees, quality, format, canonical };
}

const TURNS: Readonly<Record<number, IiifRequest['degrees']>> = {
  0: 0,
  90: 90,
  180: 180,
  270: 270,
  360: 0,
};

function parseRotation(text: string): Pick<IiifRequest, 'mirrored' | 'degrees'> {
  const angle = /^!?(\d+(?:\.\d+)?)$/.exec(text)?.[1];
  const degrees = Number(angle);
  if (angle === undefined || degrees > 360) throw new AppError('interop.invalid', 'rotation');
  const turn = TURNS[degrees];
  if (turn === undefined) throw new AppError('interop.not-implemented', 'arbitrary rotation');
  return { mirrored: text.startsWith('!'), degrees: turn };
}

const QUALITIES = ['default', 'color', 'gray', 'bitonal'] as const;
const FORMATS = ['jpg', 'png'] as const;
/** Formats that the standard names and level 2 leaves open. */
const OTHER_FORMATS = ['tif', 'gif', 'jp2', 'pdf', 'webp'];

function parseFile(file: string): Pick<IiifRequest, 'quality' | 'format'> {
  const [qualityText, formatText, ...more] = file.split('.');
  const quality = QUALITIES.find((known) => known === qualityText);
  const format = FORMATS.find((known) => known === formatText);
  if (quality === undefined || formatText === undefined || more.length > 0) {
    throw new AppError('interop.invalid', 'quality');
  }
  if (format !== undefined) return { quality, format };
  const code = OTHER_FORMATS.includes(formatText) ? 'interop.not-implemented' : 'interop.invalid';
  throw new AppError(code, 'format');
}
