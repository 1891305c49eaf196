import type { SlideFile } from '../bytes/byte-source.ts';
import { isDicom, openDicomSlide } from './dicom/open-dicom.ts';
import {
  isJpeg,
  isPng,
  isWebp,
  openFlatJpeg,
  openFlatPng,
  openFlatWebp,
} from './flat/open-flat.ts';
import { unsupportedVendor } from './format-errors.ts';
import type { OpenedSlide } from './slide-image.ts';
import { isTiff } from './tiff/open-tiff.ts';
import { openTiffSlide } from './vendors/tiff-vendors.ts';

/** A file with its first bytes, up to HEAD_BYTES of them. */
export interface SniffedFile {
  readonly file: SlideFile;
  readonly head: Uint8Array;
}

/** Enough for DICOM's preamble and for the first line of the text formats. */
export const HEAD_BYTES = 512;

/**
 * One row of the table of formats. `sniff` decides by content; a name only tells formats apart that
 * share their content (a MIRAX index is a JPEG, an Olympus VSI a TIFF).
 */
export interface SlideFormat {
  readonly id: string;
  readonly name: string;
  readonly sniff: (sniffed: SniffedFile, all: readonly SniffedFile[]) => boolean;
  readonly open: (main: SniffedFile, all: readonly SniffedFile[]) => Promise<OpenedSlide>;
}

function text(head: Uint8Array): string {
  return String.fromCharCode(...head);
}

function hasExtension({ file }: SniffedFile, extension: string): boolean {
  return file.path.toLowerCase().endsWith(extension);
}

function hasNamed(all: readonly SniffedFile[], name: string): boolean {
  return all.some(({ file }) => file.path.toLowerCase().split('/').at(-1) === name);
}

function beginsWith(magic: string): SlideFormat['sniff'] {
  return ({ head }) => text(head.subarray(0, magic.length)) === magic;
}

interface Hint {
  readonly zh: string;
  readonly en: string;
}

/** A format that is known and refused by its name, with what would open it. */
function refused(id: string, name: string, sniff: SlideFormat['sniff'], hint: Hint): SlideFormat {
  return {
    id,
    name,
    sniff,
    open: async () => {
      throw unsupportedVendor(name, hint);
    },
  };
}

function exportWith(tool: string): Hint {
  return {
    zh: `请用${tool}导出为 OME-TIFF、SVS 或 DICOM 后再上传。`,
    en: `Export it as OME-TIFF, SVS or DICOM with ${tool}, then upload that.`,
  };
}

const MIRAX_FOLDER: Hint = {
  zh: '请把 .mrxs 文件和同名文件夹（含 Slidedat.ini）一起上传。',
  en: 'Upload the .mrxs file together with the folder of the same name (with Slidedat.ini).',
};

/** Formats that a system libopenslide reads; whether there is one, the server knows. */
const OPENSLIDE_FORMATS: readonly SlideFormat[] = [
  {
    id: 'mirax-mrxs',
    name: '3DHISTECH MIRAX (MRXS)',
    sniff: (sniffed, all) => hasExtension(sniffed, '.mrxs') && hasNamed(all, 'slidedat.ini'),
    open: async () => ({ kind: 'openslide', vendor: '3DHISTECH MIRAX' }),
  },
  refused(
    'mirax-incomplete',
    '3DHISTECH MIRAX (MRXS)',
    (sniffed) =>
      (hasExtension(sniffed, '.mrxs') && isJpeg(sniffed.head)) ||
      text(sniffed.head).includes('[GENERAL]\r\nSLIDE_'),
    MIRAX_FOLDER,
  ),
  {
    id: 'hamamatsu-vms',
    name: 'Hamamatsu VMS/VMU',
    sniff: ({ head }) => /^\s*\[(Uncompressed )?Virtual Microscope Specimen\]/.test(text(head)),
    open: async () => ({ kind: 'openslide', vendor: 'Hamamatsu VMS' }),
  },
  {
    id: 'sakura-svslide',
    name: 'Sakura SVSLIDE',
    sniff: (sniffed) =>
      hasExtension(sniffed, '.svslide') && text(sniffed.head).startsWith('SQLite format 3'),
    open: async () => ({ kind: 'openslide', vendor: 'Sakura' }),
  },
];

const REFUSED_FORMATS: readonly SlideFormat[] = [
  refused('zeiss-czi', 'Zeiss CZI', beginsWith('ZISRAWFILE'), exportWith('Zeiss ZEN / QuPath')),
  refused(
    'olympus-vsi',
    'Olympus VSI/ETS',
    (sniffed) =>
      (hasExtension(sniffed, '.vsi') && isTiff(sniffed.head)) ||
      text(sniffed.head.subarray(0, 4)) === 'SIS\0',
    exportWith('Olympus OlyVIA / QuPath'),
  ),
  refused(
    'philips-isyntax',
    'Philips iSyntax',
    ({ head }) => text(head).trimStart().startsWith('<DataObject ObjectType="DPUfsImport"'),
    exportWith('Philips IMS'),
  ),
  // Both are closed formats; the first bytes are those of the vendors' sample files.
  refused(
    'kfbio-kfb',
    'KFBIO KFB',
    (sniffed) => text(sniffed.head).startsWith('KFB') || hasExtension(sniffed, '.kfb'),
    exportWith('K-Viewer'),
  ),
  refused(
    'sqray-sdpc',
    'SQRAY SDPC',
    (sniffed) => hasExtension(sniffed, '.sdpc') && text(sniffed.head).startsWith('SQ'),
    exportWith('ImageViewer'),
  ),
  refused('nikon-nd2', 'Nikon ND2', isNd2, exportWith('NIS-Elements / QuPath')),
  refused('leica-lif', 'Leica LIF', isLif, exportWith('Leica LAS X / QuPath')),
];

function isNd2({ head }: SniffedFile): boolean {
  return head[0] === 0xda && head[1] === 0xce && head[2] === 0xbe && head[3] === 0x0a;
}

function isLif({ head }: SniffedFile): boolean {
  return head[0] === 0x70 && head[1] === 0 && head[2] === 0 && head[3] === 0 && head[8] === 0x2a;
}

const sources = (all: readonly SniffedFile[]) => all.map(({ file }) => file);

/** All formats that are known; the first that recognises a file opens it. */
export const SLIDE_FORMATS: readonly SlideFormat[] = [
  ...OPENSLIDE_FORMATS,
  ...REFUSED_FORMATS,
  {
    id: 'dicom',
    name: 'DICOM whole-slide image',
    sniff: ({ head }) => isDicom(head),
    open: (_, all) =>
      openDicomSlide(all.filter(({ head }) => isDicom(head)).map(({ file }) => file)),
  },
  {
    id: 'tiff',
    name: 'TIFF family',
    sniff: ({ head }) => isTiff(head),
    open: (main, all) => openTiffSlide(sources(all), main.file),
  },
  {
    id: 'jpeg',
    name: 'JPEG',
    sniff: ({ head }) => isJpeg(head),
    open: (main) => openFlatJpeg(main.file.source),
  },
  {
    id: 'png',
    name: 'PNG',
    sniff: ({ head }) => isPng(head),
    open: (main) => openFlatPng(main.file.source),
  },
  {
    id: 'webp',
    name: 'WebP',
    sniff: ({ head }) => isWebp(head),
    open: (main) => openFlatWebp(main.file.source),
  },
];
