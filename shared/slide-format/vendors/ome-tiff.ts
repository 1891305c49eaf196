import type { AssociatedKind, Mpp } from '../../slide/slide.ts';
import { damaged, unsupportedLayout } from '../format-errors.ts';
import type { FileLevel, OpenedSlide, SlideImageProperties } from '../slide-image.ts';
import { compressionOf } from '../tiff/compression.ts';
import { isSameField, nearDownsample } from '../tiff/near-downsample.ts';
import { plausibleMpp } from '../tiff/plausible-mpp.ts';
import { readPage, type TiffPage } from '../tiff/read-page.ts';
import { tiffLevel } from '../tiff/tiff-level.ts';
import { associatedImage, isPresent, tiffSlide, WHITE } from '../tiff/tiff-slide.ts';
import { childAt, childrenOf, descendantsOf, numberAttribute } from '../xml/find-elements.ts';
import { parseXml, type XmlElement } from '../xml/parse-xml.ts';
import { openFlatTiff } from './flat-tiff.ts';
import { kindByName } from './generic-tiff.ts';
import type { TiffCandidate } from './tiff-candidate.ts';

export function isOmeTiff({ pages }: TiffCandidate): boolean {
  const description = pages[0]?.description ?? '';
  return description.startsWith('<') && /<(\w+:)?OME[\s>]/.test(description);
}

interface OmeImage {
  readonly element: XmlElement;
  readonly pixels: XmlElement;
  readonly kind: AssociatedKind | undefined;
  /** Directory of its first plane. */
  readonly ifd: number;
}

/** OME-TIFF specification: planes follow one another where TiffData gives no IFD. */
function listImages(root: XmlElement): readonly OmeImage[] {
  let nextIfd = 0;
  return childrenOf(root, 'Image').flatMap((element) => {
    const pixels = childAt(element, 'Pixels');
    if (pixels === undefined) return [];
    const ifd = numberAttribute(childAt(pixels, 'TiffData'), 'IFD') ?? nextIfd;
    nextIfd = ifd + planesOf(pixels);
    return [{ element, pixels, kind: kindByName(element.attributes.get('Name') ?? ''), ifd }];
  });
}

function size(pixels: XmlElement, dimension: 'C' | 'Z' | 'T'): number {
  return numberAttribute(pixels, `Size${dimension}`) ?? 1;
}

/** Channels that are stored apart: RGB in one plane counts once. */
function channelPlanes(pixels: XmlElement): number {
  const channels = childrenOf(pixels, 'Channel');
  const samples = numberAttribute(channels[0], 'SamplesPerPixel') ?? 1;
  return channels.length > 0 ? channels.length : Math.ceil(size(pixels, 'C') / samples);
}

function planesOf(pixels: XmlElement): number {
  return channelPlanes(pixels) * size(pixels, 'Z') * size(pixels, 'T');
}

/** Refuses what a single plane would show wrongly. */
function checkPixels(root: XmlElement, { pixels }: OmeImage, page: TiffPage): void {
  const channels = childrenOf(pixels, 'Channel').length;
  const sampled = page.samplesPerPixel >= size(pixels, 'C');
  if (channels > 1 || (channels === 0 && !sampled)) throw unsupportedLayout('several-channels');
  if (size(pixels, 'Z') > 1 || size(pixels, 'T') > 1) throw unsupportedLayout('several-planes');
  const type = pixels.attributes.get('Type') ?? 'uint8';
  if (type !== 'uint8') throw unsupportedLayout('bit-depth', type);
  const names = new Set(
    descendantsOf(root, 'UUID')
      .map((uuid) => uuid.attributes.get('FileName') ?? '')
      .filter((name) => name !== ''),
  );
  if (names.size > 1 || childAt(root, 'BinaryOnly') !== undefined) {
    throw unsupportedLayout('several-files');
  }
}

const MICRONS = new Map([
  ['µm', 1],
  ['μm', 1],
  ['um', 1],
  ['micron', 1],
  ['nm', 0.001],
  ['mm', 1_000],
  ['cm', 10_000],
]);

function physicalSize(pixels: XmlElement, axis: 'X' | 'Y'): number | undefined {
  const unit = pixels.attributes.get(`PhysicalSize${axis}Unit`) ?? 'µm';
  const value = numberAttribute(pixels, `PhysicalSize${axis}`);
  const microns = MICRONS.get(unit);
  return value === undefined || microns === undefined ? undefined : value * microns;
}

function mppOf(pixels: XmlElement): Mpp | undefined {
  const x = physicalSize(pixels, 'X');
  return plausibleMpp(x, physicalSize(pixels, 'Y') ?? x);
}

function propertiesOf(root: XmlElement, main: OmeImage, page: TiffPage): SlideImageProperties {
  const id = childAt(main.element, 'ObjectiveSettings')?.attributes.get('ID');
  const objectives = descendantsOf(root, 'Objective');
  const objective =
    objectives.find(({ attributes }) => attributes.get('ID') === id) ?? objectives[0];
  const power = numberAttribute(objective, 'NominalMagnification');
  const microscope = descendantsOf(root, 'Microscope')[0];
  return {
    format: 'ome-tiff',
    vendor: microscope?.attributes.get('Manufacturer'),
    scanner: microscope?.attributes.get('Model'),
    compression: compressionOf(page.compression).name,
    mpp: mppOf(main.pixels),
    objectivePower: power !== undefined && power > 0 ? power : undefined,
    scannedAt: childAt(main.element, 'AcquisitionDate')?.text || undefined,
    background: WHITE,
    notes: [],
    barcode: undefined,
  };
}

/** Coarser levels are SubIFDs of the first plane (OME-TIFF specification, sub-resolutions). */
async function readLevels({ file }: TiffCandidate, full: TiffPage): Promise<readonly FileLevel[]> {
  const below = file.subDirectories.get(full.directory.offset) ?? [];
  const pages = await Promise.all(below.map((directory) => readPage(file, directory)));
  const coarser = pages
    .filter((page) => isSameField(full, page) && page.widthPx < full.widthPx)
    .toSorted((a, b) => b.widthPx - a.widthPx);
  return Promise.all(
    [full, ...coarser].map((page) =>
      tiffLevel(file, page, { downsample: nearDownsample(full, page) }),
    ),
  );
}

/**
 * Opens an OME-TIFF with one 8-bit RGB or grey plane.
 * @throws AppError 'format.unsupported-layout' for channels, focal planes, time points, other depths
 */
export async function openOmeTiff(candidate: TiffCandidate): Promise<OpenedSlide> {
  const { file, files, pages } = candidate;
  const root = parseXml(pages[0]?.description ?? '');
  const images = listImages(root);
  const main = images.find(({ kind }) => kind === undefined) ?? images[0];
  const page = main === undefined ? undefined : pages[main.ifd];
  if (main === undefined || page === undefined) throw damaged('metadata-missing', 'OME Pixels');
  checkPixels(root, main, page);
  const isPlanar = page.planar === 2 && page.samplesPerPixel > 1;
  if (isPlanar || !page.tiled) return openFlatTiff(file, page, mppOf(main.pixels));
  const associated = await Promise.all(
    images.map(async ({ kind, ifd }) => {
      const picture = pages[ifd];
      if (kind === undefined || picture === undefined || picture === page) return undefined;
      return associatedImage(file, kind, picture);
    }),
  );
  const image = tiffSlide(file, {
    files,
    properties: propertiesOf(root, main, page),
    levels: await readLevels(candidate, page),
    associated: associated.filter(isPresent),
    iccDirectory: page.directory,
  });
  return { kind: 'pyramid', image };
}
