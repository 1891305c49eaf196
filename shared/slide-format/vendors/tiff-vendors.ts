import type { SlideFile } from '../../bytes/byte-source.ts';
import { damaged, tooLarge } from '../format-errors.ts';
import { LIMITS } from '../limits.ts';
import type { OpenedSlide, SlideImage } from '../slide-image.ts';
import { compressionOf } from '../tiff/compression.ts';
import { openTiff, type TiffFile } from '../tiff/open-tiff.ts';
import { isSameField } from '../tiff/near-downsample.ts';
import { resolutionMpp } from '../tiff/plausible-mpp.ts';
import { readPage, type TiffPage } from '../tiff/read-page.ts';
import { isAperio, openAperio } from './aperio.ts';
import { openGenericTiff } from './generic-tiff.ts';

/** A TIFF with all its pages read, before anyone has said whose it is. */
export interface TiffCandidate {
  readonly files: readonly SlideFile[];
  readonly file: TiffFile;
  readonly pages: readonly TiffPage[];
}

export interface TiffVendor {
  readonly id: string;
  readonly claims: (candidate: TiffCandidate) => boolean | Promise<boolean>;
  readonly open: (candidate: TiffCandidate) => Promise<SlideImage | OpenedSlide>;
}

/** First claim wins; each looks at tags, never at the file's name. */
const TIFF_VENDORS: readonly TiffVendor[] = [
  { id: 'aperio-svs', claims: isAperio, open: openAperio },
  { id: 'generic-tiff', claims: isTiledOrPyramid, open: openGenericTiff },
];

function isTiledOrPyramid({ pages }: TiffCandidate): boolean {
  const full = pages[0];
  if (full === undefined || isPlanar(full)) return false;
  if (full.tiled) return true;
  const rest = pages.slice(1);
  return rest.some((page) => isSameField(full, page) && page.widthPx * 1.5 < full.widthPx);
}

function isPlanar(page: TiffPage): boolean {
  return page.planar === 2 && page.samplesPerPixel > 1;
}

/**
 * Opens a TIFF of whatever vendor.
 * @throws AppError of the format.* family
 */
export async function openTiffSlide(
  files: readonly SlideFile[],
  main: SlideFile,
): Promise<OpenedSlide> {
  const file = await openTiff(main.source);
  const pages: TiffPage[] = [];
  for (const directory of file.directories) pages.push(await readPage(file, directory));
  const candidate: TiffCandidate = { files, file, pages };
  for (const vendor of TIFF_VENDORS) {
    if (!(await vendor.claims(candidate))) continue;
    const opened = await vendor.open(candidate);
    return 'kind' in opened ? opened : { kind: 'pyramid', image: opened };
  }
  return openFlatTiff(candidate);
}

/** A TIFF of strips without coarser levels: a picture that must be turned into a pyramid first. */
export async function openFlatTiff({ file, pages }: TiffCandidate): Promise<OpenedSlide> {
  const page = pages[0];
  if (page === undefined) throw damaged('no-image', 'no page');
  compressionOf(page.compression);
  const { widthPx, heightPx } = page;
  checkFlatSize(widthPx, heightPx);
  const mpp = await resolutionMpp(file, page.directory);
  return { kind: 'flat', codec: 'tiff', widthPx, heightPx, mpp };
}

/** Refuses a picture bomb before any pixel is decoded. */
export function checkFlatSize(widthPx: number, heightPx: number): void {
  const longest = Math.max(widthPx, heightPx);
  if (widthPx < 1 || heightPx < 1) throw damaged('size-invalid', `${widthPx} x ${heightPx}`);
  if (longest > LIMITS.flatSidePx || widthPx * heightPx > LIMITS.flatPixels) {
    throw tooLarge('picture', `${widthPx} x ${heightPx}`);
  }
}
