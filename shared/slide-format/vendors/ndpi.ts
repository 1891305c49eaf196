import type { AssociatedKind } from '../../slide/slide.ts';
import { damaged, unsupportedCompression } from '../format-errors.ts';
import type { Note } from '../notes.ts';
import type { SlideImage } from '../slide-image.ts';
import { restartLevel } from '../tiff/restart-level.ts';
import { nearDownsample } from '../tiff/near-downsample.ts';
import { resolutionMpp } from '../tiff/plausible-mpp.ts';
import { readFirst, readTextTag, type TiffPage } from '../tiff/read-page.ts';
import { TAG } from '../tiff/tags.ts';
import { associatedImage, isPresent, tiffSlide, WHITE } from '../tiff/tiff-slide.ts';
import { tiffDate } from './generic-tiff.ts';
import type { TiffCandidate } from './tiff-candidate.ts';

/** Tag 65420 marks every page that Hamamatsu writes. */
export function isNdpi({ pages }: TiffCandidate): boolean {
  return pages[0]?.directory.entries.has(TAG.ndpiFormat) ?? false;
}

/** SourceLens of a macro page; -2 is a map of focus points, which shows the label too and is no thumbnail. */
const MACRO_LENS = -1;

interface LensPage {
  readonly page: TiffPage;
  readonly lens: number;
  readonly focalPlane: number;
}

async function readLenses({ file, pages }: TiffCandidate): Promise<readonly LensPage[]> {
  return Promise.all(
    pages.map(async (page) => ({
      page,
      lens: (await readFirst(file, page.directory, TAG.ndpiSourceLens)) ?? 0,
      focalPlane: (await readFirst(file, page.directory, TAG.ndpiFocalPlane)) ?? 0,
    })),
  );
}

function isJpeg({ page }: LensPage): boolean {
  return page.compression === 7;
}

async function propertiesOf({ file }: TiffCandidate, full: LensPage, notes: readonly Note[]) {
  const { directory } = full.page;
  const text = (tag: number) => readTextTag(file, directory, tag);
  return {
    format: 'hamamatsu-ndpi',
    vendor: 'Hamamatsu',
    scanner: (await text(TAG.model)) || undefined,
    compression: 'JPEG',
    mpp: await resolutionMpp(file, directory),
    objectivePower: full.lens > 0 ? full.lens : undefined,
    scannedAt: tiffDate(await text(TAG.dateTime)),
    background: WHITE,
    notes,
    barcode: (await text(TAG.ndpiReference)) || undefined,
  };
}

/**
 * Opens a Hamamatsu NDPI: a page is a level of its source lens, or the macro. Of several focal planes
 * the one at 0 is shown.
 */
export async function openNdpi(candidate: TiffCandidate): Promise<SlideImage> {
  const { files, file } = candidate;
  const lensPages = await readLenses(candidate);
  const planes = lensPages.filter(({ lens }) => lens > 0);
  const inFocus = planes.filter(({ focalPlane }) => focalPlane === 0);
  const levelPages = (inFocus.length > 0 ? inFocus : planes).toSorted(
    (a, b) => b.page.widthPx - a.page.widthPx,
  );
  const full = levelPages[0];
  if (full === undefined) throw damaged('no-image', 'no level');
  if (!levelPages.every(isJpeg)) throw unsupportedCompression('JPEG XR or another in NDPI');
  const levels = await Promise.all(
    levelPages.map(({ page }) => restartLevel(file, page, nearDownsample(full.page, page))),
  );
  const macro: AssociatedKind = 'macro';
  const associated = await Promise.all(
    lensPages
      .filter(({ lens }) => lens === MACRO_LENS)
      .map(({ page }) => associatedImage(file, macro, page)),
  );
  const notes: Note[] = planes.length > levelPages.length ? ['focal-plane-shown'] : [];
  return tiffSlide(file, {
    files,
    properties: await propertiesOf(candidate, full, notes),
    levels,
    associated: associated.filter(isPresent),
    iccDirectory: full.page.directory,
  });
}
