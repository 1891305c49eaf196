import type { SlideFile } from '../../bytes/byte-source.ts';
import type { OpenedSlide, SlideImage } from '../slide-image.ts';
import type { TiffFile } from '../tiff/open-tiff.ts';
import { isSameField } from '../tiff/near-downsample.ts';
import type { TiffPage } from '../tiff/read-page.ts';

/** A TIFF with all its pages read, before anyone has said whose it is. */
export interface TiffCandidate {
  readonly files: readonly SlideFile[];
  readonly file: TiffFile;
  readonly pages: readonly TiffPage[];
}

export interface TiffVendor {
  readonly id: string;
  readonly name: string;
  readonly claims: (candidate: TiffCandidate) => boolean | Promise<boolean>;
  readonly open: (candidate: TiffCandidate) => Promise<SlideImage | OpenedSlide>;
}

export function isPlanar(page: TiffPage): boolean {
  return page.planar === 2 && page.samplesPerPixel > 1;
}

/** Whether a TIFF that no vendor claims can be served as it is: tiled, or strips with coarser levels. */
export function isTiledOrPyramid({ pages }: TiffCandidate): boolean {
  const full = pages[0];
  if (full === undefined || isPlanar(full)) return false;
  if (full.tiled) return true;
  const rest = pages.slice(1);
  return rest.some((page) => isSameField(full, page) && page.widthPx * 1.5 < full.widthPx);
}
