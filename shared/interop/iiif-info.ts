import type { Pyramid } from '../slide/pyramid.ts';
import { deepZoomOf } from './deep-zoom.ts';
import { IIIF_LIMITS } from './iiif-geometry.ts';

export const IIIF_CONTEXT = 'http://iiif.io/api/image/3/context.json';
export const IIIF_PROFILE = 'http://iiif.io/api/image/3/level2.json';

/** Whole pictures that are quick to make: the served levels that the limits allow. */
function sizesOf({ levels }: Pyramid) {
  const { maxWidth, maxHeight, maxArea } = IIIF_LIMITS;
  return levels
    .filter(
      ({ widthPx, heightPx }) =>
        widthPx <= maxWidth && heightPx <= maxHeight && widthPx * heightPx <= maxArea,
    )
    .map(({ widthPx: width, heightPx: height }) => ({ width, height }))
    .toReversed();
}

/** Steps of two until one tile holds all. */
function scaleFactorsOf(pyramid: Pyramid, tilePx: number): number[] {
  const factors = [1];
  const longest = Math.max(pyramid.widthPx, pyramid.heightPx);
  for (let factor = 1; longest / factor > tilePx; factor *= 2) factors.push(factor * 2);
  return factors;
}

/** The image information document (IIIF Image API 3.0, section 5). @param id the image's base URI */
export function iiifInfo(id: string, pyramid: Pyramid): Readonly<Record<string, unknown>> {
  const { tilePx } = deepZoomOf(pyramid);
  return {
    '@context': IIIF_CONTEXT,
    id,
    type: 'ImageService3',
    protocol: 'http://iiif.io/api/image',
    profile: 'level2',
    width: pyramid.widthPx,
    height: pyramid.heightPx,
    ...IIIF_LIMITS,
    sizes: sizesOf(pyramid),
    tiles: [{ width: tilePx, height: tilePx, scaleFactors: scaleFactorsOf(pyramid, tilePx) }],
    extraQualities: ['color', 'gray', 'bitonal'],
    extraFeatures: ['canonicalLinkHeader', 'mirroring', 'profileLinkHeader'],
  };
}
