import type { Mpp } from '../../slide/slide.ts';
import { checkFlatSize } from '../flat/flat-size.ts';
import { damaged, unsupportedCompression, unsupportedLayout } from '../format-errors.ts';
import type { OpenedSlide, TileCodec } from '../slide-image.ts';
import { compressionOf } from '../tiff/compression.ts';
import type { TiffFile } from '../tiff/open-tiff.ts';
import { resolutionMpp } from '../tiff/plausible-mpp.ts';
import type { TiffPage } from '../tiff/read-page.ts';
import type { TiffCandidate } from './tiff-candidate.ts';

/** What the pyramid builder decodes in a whole TIFF; the others only tile by tile. */
const WHOLE_TIFF_CODECS: readonly TileCodec[] = ['raw', 'lzw', 'deflate', 'packbits', 'jpeg'];

/** A TIFF without levels: a picture that must be turned into a pyramid first. */
export async function openFlatTiff(
  file: TiffFile,
  page: TiffPage,
  mpp: Mpp | undefined,
): Promise<OpenedSlide> {
  const { codec, name } = compressionOf(page.compression);
  if (!WHOLE_TIFF_CODECS.includes(codec)) throw unsupportedCompression(`${name} in strips`);
  const { widthPx, heightPx } = page;
  checkFlatSize(widthPx, heightPx);
  const known = mpp ?? (await resolutionMpp(file, page.directory));
  return { kind: 'flat', codec: 'tiff', widthPx, heightPx, mpp: known };
}

/** Page 0 as a flat picture; a stack of equal pages would hide all but the first, so it is refused. */
export async function openFlatCandidate({ file, pages }: TiffCandidate): Promise<OpenedSlide> {
  const [page, ...rest] = pages;
  if (page === undefined) throw damaged('no-image', 'no page');
  if (rest.some((other) => other.widthPx >= page.widthPx && other.heightPx >= page.heightPx)) {
    throw unsupportedLayout('several-planes', `${pages.length} pages`);
  }
  return openFlatTiff(file, page, undefined);
}
