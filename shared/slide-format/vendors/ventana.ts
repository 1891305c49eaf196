import type { AssociatedKind } from '../../slide/slide.ts';
import { damaged, unsupportedLayout } from '../format-errors.ts';
import { LIMITS } from '../limits.ts';
import type { OpenedSlide, SlideImageProperties } from '../slide-image.ts';
import { compressionOf } from '../tiff/compression.ts';
import { nearDownsample } from '../tiff/near-downsample.ts';
import { plausibleMpp } from '../tiff/plausible-mpp.ts';
import type { TiffPage } from '../tiff/read-page.ts';
import { decodeText, readBytes } from '../tiff/read-values.ts';
import { TAG } from '../tiff/tags.ts';
import { tiffLevel } from '../tiff/tiff-level.ts';
import { associatedImage, isPresent, tiffSlide } from '../tiff/tiff-slide.ts';
import { descendantsOf, numberAttribute, positiveNumber } from '../xml/find-elements.ts';
import { parseXml, type XmlElement } from '../xml/parse-xml.ts';
import type { TiffCandidate } from './tiff-candidate.ts';

async function readXmp({ file }: TiffCandidate, page: TiffPage | undefined): Promise<string> {
  const entry = page?.directory.entries.get(TAG.xmp);
  if (entry === undefined) return '';
  const bytes = await readBytes(file, entry, LIMITS.textBytes);
  const end = bytes.indexOf(0);
  return decodeText(end < 0 ? bytes : bytes.subarray(0, end)).trim();
}

/** Page 0 carries an iScan element in its XMP packet (openslide.org/formats/ventana). */
export async function isVentana(candidate: TiffCandidate): Promise<boolean> {
  return (await readXmp(candidate, candidate.pages[0])).includes('<iScan');
}

function kindOf(page: TiffPage): AssociatedKind | undefined {
  // "Label Image" shows the whole glass, its label with it.
  if (/^label[ _]image/i.test(page.description)) return 'macro';
  return /^thumbnail/i.test(page.description) ? 'thumbnail' : undefined;
}

function levelNumber(page: TiffPage): number | undefined {
  const found = /\blevel=(\d+)/.exec(page.description)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Whether camera fields overlap: then tiles of the grid are not where they belong. */
async function hasOverlaps(candidate: TiffCandidate, full: TiffPage): Promise<boolean> {
  const xmp = await readXmp(candidate, full);
  if (!xmp.includes('<EncodeInfo')) throw damaged('metadata-missing', 'EncodeInfo');
  return descendantsOf(parseXml(xmp), 'TileJointInfo').some((joint) => {
    const x = numberAttribute(joint, 'OverlapX') ?? 0;
    const y = numberAttribute(joint, 'OverlapY') ?? 0;
    return x !== 0 || y !== 0;
  });
}

/** `BuildDate="03/14/2026 09:26:53"`, month first; newer scanners write ISO. */
function scannedAt(iscan: XmlElement): string | undefined {
  const text = iscan.attributes.get('ScanDate') ?? iscan.attributes.get('BuildDate') ?? '';
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: (\d\d:\d\d:\d\d))?/.exec(text);
  if (american !== null) {
    const [, month = '', day = '', year = '', time] = american;
    const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
    return time === undefined ? date : `${date}T${time}`;
  }
  return /^\d{4}-\d\d-\d\d(T[\d:.]+)?/.exec(text)?.[0];
}

function propertiesOf(iscan: XmlElement, full: TiffPage): SlideImageProperties {
  const text = (name: string) => iscan.attributes.get(name)?.trim() || undefined;
  const white = Math.min(255, Math.round(positiveNumber(text('ScanWhitePoint')) ?? 255));
  return {
    format: 'ventana-bif',
    vendor: 'Ventana',
    scanner: text('ScannerModel') ?? text('UnitNumber'),
    compression: compressionOf(full.compression).name,
    mpp: plausibleMpp(positiveNumber(text('ScanRes'))),
    objectivePower: positiveNumber(text('Magnification')),
    scannedAt: scannedAt(iscan),
    background: { r: white, g: white, b: white },
    notes: [],
    barcode: text('Barcode2D') ?? text('Barcode1D'),
  };
}

/**
 * Opens a Ventana BIF whose camera fields do not overlap (DP 200 and DP 600). Overlapping ones
 * (iScan Coreo, iScan HT) have to be composed field by field: libopenslide does that.
 */
export async function openVentana(candidate: TiffCandidate): Promise<OpenedSlide> {
  const { files, file, pages } = candidate;
  const iscan = descendantsOf(parseXml(await readXmp(candidate, pages[0])), 'iScan')[0];
  if (iscan === undefined) throw damaged('metadata-missing', 'iScan');
  if ((numberAttribute(iscan, 'Z-layers') ?? 1) > 1) throw unsupportedLayout('several-planes');
  const levelPages = pages
    .filter((page) => levelNumber(page) !== undefined)
    .toSorted((a, b) => (levelNumber(a) ?? 0) - (levelNumber(b) ?? 0));
  const full = levelPages[0];
  if (full === undefined) throw damaged('no-image', 'no level');
  if (await hasOverlaps(candidate, full)) return { kind: 'openslide', vendor: 'Ventana' };
  const associated = await Promise.all(
    pages.map(async (page) => {
      const kind = kindOf(page);
      return kind === undefined ? undefined : associatedImage(file, kind, page);
    }),
  );
  const image = tiffSlide(file, {
    files,
    properties: propertiesOf(iscan, full),
    levels: await Promise.all(
      levelPages.map((page) => tiffLevel(file, page, { downsample: nearDownsample(full, page) })),
    ),
    associated: associated.filter(isPresent),
    iccDirectory: full.directory,
  });
  return { kind: 'pyramid', image };
}
