import { damaged, unsupportedLayout } from '../format-errors.ts';
import type { Note } from '../notes.ts';
import type { OpenedSlide, SlideImageProperties } from '../slide-image.ts';
import { compressionOf } from '../tiff/compression.ts';
import { nearDownsample } from '../tiff/near-downsample.ts';
import { plausibleMpp } from '../tiff/plausible-mpp.ts';
import { decodeText } from '../tiff/read-values.ts';
import type { TiffPage } from '../tiff/read-page.ts';
import { tiffLevel } from '../tiff/tiff-level.ts';
import { associatedImage, isPresent, tiffSlide, WHITE } from '../tiff/tiff-slide.ts';
import { decodeBase64 } from '../xml/decode-base64.ts';
import { childAt, childrenOf, numberAttribute, positiveNumber } from '../xml/find-elements.ts';
import { parseXml, type XmlElement } from '../xml/parse-xml.ts';
import type { TiffCandidate } from './tiff-candidate.ts';

/** Namespace of the description of page 0 (openslide.org/formats/leica). */
const SCN_NAMESPACE = 'http://www.leica-microsystems.com/scn/';

export function isLeica({ pages }: TiffCandidate): boolean {
  return pages[0]?.description.includes(SCN_NAMESPACE) ?? false;
}

interface Dimension {
  readonly ifd: number;
  readonly widthPx: number;
  readonly z: number;
  readonly channel: number;
}

function dimensionsOf(image: XmlElement): readonly Dimension[] {
  return childrenOf(childAt(image, 'pixels'), 'dimension').map((element) => {
    const ifd = numberAttribute(element, 'ifd');
    if (ifd === undefined) throw damaged('metadata-missing', 'ifd of a dimension');
    return {
      ifd,
      widthPx: numberAttribute(element, 'sizeX') ?? 0,
      z: numberAttribute(element, 'z') ?? 0,
      channel: numberAttribute(element, 'c') ?? 0,
    };
  });
}

/** The macro shows the whole glass: its view is the collection's. */
function isMacro(collection: XmlElement, image: XmlElement): boolean {
  const view = childAt(image, 'view');
  const same = (name: string) => numberAttribute(view, name) === numberAttribute(collection, name);
  const atOrigin = (name: string) => (numberAttribute(view, name) ?? 0) === 0;
  return same('sizeX') && same('sizeY') && atOrigin('offsetX') && atOrigin('offsetY');
}

function pagesOf(
  pages: readonly TiffPage[],
  dimensions: readonly Dimension[],
): readonly TiffPage[] {
  return dimensions
    .filter(({ z }) => z === 0)
    .map(({ ifd }) => {
      const page = pages[ifd];
      if (page === undefined) throw damaged('metadata-missing', `directory ${ifd}`);
      return page;
    })
    .toSorted((a, b) => b.widthPx - a.widthPx);
}

function propertiesOf(
  collection: XmlElement,
  main: XmlElement,
  full: TiffPage,
  notes: readonly Note[],
): SlideImageProperties {
  const view = childAt(main, 'view');
  // Sizes of views are in nanometres.
  const micronsX = (numberAttribute(view, 'sizeX') ?? 0) / 1_000;
  const micronsY = (numberAttribute(view, 'sizeY') ?? 0) / 1_000;
  const barcode = childAt(collection, 'barcode')?.text ?? '';
  return {
    format: 'leica-scn',
    vendor: 'Leica',
    scanner: childAt(main, 'device')?.attributes.get('model'),
    compression: compressionOf(full.compression).name,
    mpp: plausibleMpp(micronsX / full.widthPx, micronsY / full.heightPx),
    objectivePower: positiveNumber(
      childAt(main, 'scanSettings', 'objectiveSettings', 'objective')?.text,
    ),
    scannedAt: childAt(main, 'creationDate')?.text || undefined,
    background: WHITE,
    notes,
    barcode: decodeText(decodeBase64(barcode)).trim() || undefined,
  };
}

/**
 * Opens a Leica SCN with one scanned area. Several areas lie freely on the glass: libopenslide
 * composes those.
 */
export async function openLeica({ files, file, pages }: TiffCandidate): Promise<OpenedSlide> {
  const collection = childAt(parseXml(pages[0]?.description ?? ''), 'collection');
  if (collection === undefined) throw damaged('metadata-missing', 'SCN collection');
  const images = childrenOf(collection, 'image');
  const mains = images.filter((image) => !isMacro(collection, image));
  const main = mains[0] ?? images[0];
  if (main === undefined) throw damaged('metadata-missing', 'SCN image');
  if (mains.length > 1) return { kind: 'openslide', vendor: 'Leica' };
  const dimensions = dimensionsOf(main);
  if (dimensions.some(({ channel }) => channel > 0)) throw unsupportedLayout('several-channels');
  const levelPages = pagesOf(pages, dimensions);
  const full = levelPages[0];
  if (full === undefined) throw damaged('no-image', 'no dimension');
  const notes: Note[] = dimensions.some(({ z }) => z > 0) ? ['focal-plane-shown'] : [];
  const macro = images.find((image) => image !== main && isMacro(collection, image));
  const macroPage = macro === undefined ? undefined : pagesOf(pages, dimensionsOf(macro))[0];
  const macroImage =
    macroPage === undefined ? undefined : await associatedImage(file, 'macro', macroPage);
  const image = tiffSlide(file, {
    files,
    properties: propertiesOf(collection, main, full, notes),
    levels: await Promise.all(
      levelPages.map((page) => tiffLevel(file, page, { downsample: nearDownsample(full, page) })),
    ),
    associated: [macroImage].filter(isPresent),
    iccDirectory: full.directory,
  });
  return { kind: 'pyramid', image };
}
