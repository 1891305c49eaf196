import { bytesSource } from '../../bytes/bytes-source.ts';
import type { SlideFile } from '../../bytes/byte-source.ts';
import { damaged } from '../format-errors.ts';
import { memoryJpeg } from '../jpeg/memory-jpeg.ts';
import type { AssociatedImage, SlideImage } from '../slide-image.ts';
import { compressionOf } from '../tiff/compression.ts';
import { readTextTag, type TiffPage } from '../tiff/read-page.ts';
import { TAG } from '../tiff/tags.ts';
import { tiffLevel } from '../tiff/tiff-level.ts';
import { associatedImage, tiffSlide, WHITE } from '../tiff/tiff-slide.ts';
import { parseXml, type XmlElement } from '../xml/parse-xml.ts';
import {
  acquiredAt,
  barcodeOf,
  downsamplesOf,
  embeddedPicture,
  manufacturerModel,
  objectivePowerOf,
  wsiMpp,
} from './philips-xml.ts';
import type { TiffCandidate } from './tiff-candidate.ts';

export async function isPhilips({ file, pages }: TiffCandidate): Promise<boolean> {
  const first = pages[0];
  if (first === undefined || !first.tiled || !first.description.startsWith('<')) return false;
  const software = await readTextTag(file, first.directory, TAG.software);
  return software.startsWith('Philips') && first.description.includes('DPUfsImport');
}

/**
 * Pages are padded to whole tiles; the true size of a coarser level follows from level 0 and the
 * spacing in the XML. That of level 0 itself is not written anywhere.
 */
function levelSize(full: TiffPage, page: TiffPage, downsample: number) {
  const cut = (whole: number, padded: number) =>
    Math.max(1, Math.min(padded, Math.floor(whole / downsample)));
  return {
    downsample,
    widthPx: cut(full.widthPx, page.widthPx),
    heightPx: cut(full.heightPx, page.heightPx),
  };
}

async function readLevels({ file }: TiffCandidate, pages: readonly TiffPage[], root: XmlElement) {
  const full = pages[0];
  if (full === undefined) throw damaged('no-image', 'no level');
  const downsamples = downsamplesOf(root);
  return Promise.all(
    pages.map((page, index) => {
      const stated = downsamples[index];
      const guessed = Math.max(1, Math.round(full.widthPx / page.widthPx));
      const known = stated !== undefined && stated >= 1;
      return tiffLevel(file, page, levelSize(full, page, known ? stated : guessed));
    }),
  );
}

/** Label and macro are pages of their own or pictures inside the XML. */
async function readPictures(candidate: TiffCandidate, root: XmlElement) {
  const pictures: AssociatedImage[] = [];
  const extraFiles: SlideFile[] = [];
  for (const kind of ['label', 'macro'] as const) {
    const isKind = ({ description }: TiffPage) => description.toLowerCase().startsWith(kind);
    const page = candidate.pages.find(isKind);
    const stored = page && (await associatedImage(candidate.file, kind, page));
    const bytes = embeddedPicture(root, kind);
    const file = candidate.files.length + extraFiles.length;
    const picture = stored ?? (bytes && memoryJpeg(bytes, kind, file));
    if (picture === undefined) continue;
    pictures.push(picture);
    if (stored === undefined && bytes !== undefined) {
      extraFiles.push({ path: `philips-${kind}.jpg`, source: bytesSource(bytes) });
    }
  }
  return { pictures, extraFiles };
}

/**
 * Opens a Philips TIFF. Pictures that lie inside the XML are read through files that exist only in
 * memory, after the slide's own in `files`.
 */
export async function openPhilips(candidate: TiffCandidate): Promise<SlideImage> {
  const { files, file, pages } = candidate;
  const root = parseXml(pages[0]?.description ?? '');
  const isPicture = ({ description }: TiffPage) => /^(label|macro)/i.test(description);
  const levelPages = pages.filter((page) => page.tiled && !isPicture(page));
  const full = levelPages[0];
  if (full === undefined) throw damaged('no-image', 'no level');
  const { pictures, extraFiles } = await readPictures(candidate, root);
  return tiffSlide(file, {
    files: [...files, ...extraFiles],
    properties: {
      format: 'philips-tiff',
      vendor: 'Philips',
      scanner: manufacturerModel(root),
      compression: compressionOf(full.compression).name,
      mpp: wsiMpp(root),
      objectivePower: objectivePowerOf(root),
      scannedAt: acquiredAt(root),
      background: WHITE,
      notes: ['padded-edges'],
      barcode: barcodeOf(root),
    },
    levels: await readLevels(candidate, levelPages, root),
    associated: pictures,
    iccDirectory: full.directory,
  });
}
