import type { OpenedSlide, SlideImage } from '../slide-image.ts';
import { readTextTag } from '../tiff/read-page.ts';
import { TAG } from '../tiff/tags.ts';
import { openGenericTiff } from './generic-tiff.ts';
import type { TiffCandidate } from './tiff-candidate.ts';

/** Trestle's software names itself in tag 305 (openslide.org/formats/trestle). */
export async function isTrestle({ file, pages }: TiffCandidate): Promise<boolean> {
  const first = pages[0];
  if (first === undefined || !first.tiled) return false;
  return (await readTextTag(file, first.directory, TAG.software)).startsWith('MedScan');
}

/** `…;OverlapsXY=12 8 0 0;…`: a pair for each level. Overlapping tiles are left to libopenslide. */
export async function openTrestle(candidate: TiffCandidate): Promise<SlideImage | OpenedSlide> {
  const description = candidate.pages[0]?.description ?? '';
  const overlaps = /OverlapsXY\s*=\s*([\d\s]+)/.exec(description)?.[1] ?? '';
  if (/[1-9]/.test(overlaps)) return { kind: 'openslide', vendor: 'Trestle' };
  const image = await openGenericTiff(candidate);
  const properties = { ...image.properties, format: 'trestle-tiff', vendor: 'Trestle' };
  return { ...image, properties };
}
