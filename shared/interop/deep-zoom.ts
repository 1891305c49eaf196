import type { Pyramid } from '../slide/pyramid.ts';
import type { RegionRequest } from './slide-region.ts';

/**
 * A slide as a Deep Zoom image (Microsoft's DZI, namespace of 2008): its last level is full resolution, each
 * before it half of it, rounded up, down to one pixel. Tiles do not overlap, and are as large as those of
 * the slide's own level 0, so that they can be sent as the scanner compressed them.
 */
export interface DeepZoom {
  readonly tilePx: number;
  readonly lastLevel: number;
}

export function deepZoomOf({ widthPx, heightPx, levels }: Pyramid): DeepZoom {
  return {
    tilePx: levels[0]?.tileWidthPx ?? 512,
    lastLevel: Math.ceil(Math.log2(Math.max(widthPx, heightPx))),
  };
}

export function deepZoomXml(pyramid: Pyramid): string {
  const { tilePx } = deepZoomOf(pyramid);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<Image xmlns="http://schemas.microsoft.com/deepzoom/2008" Format="jpg" Overlap="0" TileSize="${tilePx}">`,
    `  <Size Width="${pyramid.widthPx}" Height="${pyramid.heightPx}"/>`,
    '</Image>',
    '',
  ].join('\n');
}

/** The part of the slide that a Deep Zoom tile shows; undefined outside the image. */
export function deepZoomTile(
  pyramid: Pyramid,
  { level, column, row }: { readonly level: number; readonly column: number; readonly row: number },
): RegionRequest | undefined {
  const { tilePx, lastLevel } = deepZoomOf(pyramid);
  if (level > lastLevel) return undefined;
  const downsample = 2 ** (lastLevel - level);
  const x = column * tilePx;
  const y = row * tilePx;
  const widthPx = Math.min(tilePx, Math.ceil(pyramid.widthPx / downsample) - x);
  const heightPx = Math.min(tilePx, Math.ceil(pyramid.heightPx / downsample) - y);
  if (widthPx < 1 || heightPx < 1) return undefined;
  const region = {
    x: x * downsample,
    y: y * downsample,
    widthPx: Math.min(widthPx * downsample, pyramid.widthPx - x * downsample),
    heightPx: Math.min(heightPx * downsample, pyramid.heightPx - y * downsample),
  };
  return { region, widthPx, heightPx };
}
