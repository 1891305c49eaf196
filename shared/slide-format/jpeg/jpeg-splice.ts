import { damaged, unsupportedCompression, unsupportedLayout } from '../format-errors.ts';
import { type JpegInfo, jpegInfo, MARKER } from './jpeg-info.ts';

/** What goes in front of every codestream of a level, and how many of its own first bytes it replaces. */
export interface JpegSplice {
  readonly prefix: Uint8Array | undefined;
  readonly skip: number;
}

const SOI = Uint8Array.of(0xff, MARKER.soi);

/** Adobe's APP14 (Technical Note 5116): version 100, no flags, then the colour transform. */
function adobeMarker(transform: 0 | 1): Uint8Array {
  const marker = new Uint8Array(16);
  marker.set([0xff, MARKER.app14, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100]);
  marker[15] = transform;
  return marker;
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * What three components mean without JFIF and Adobe markers, as decoders guess it (libjpeg's
 * default_decompress_parms, which browsers follow): by their ids.
 */
function guessedColour(info: JpegInfo): 'rgb' | 'ycbcr' {
  const ids = info.components.map(({ id }) => String.fromCharCode(id)).join('');
  return ids === 'RGB' ? 'rgb' : 'ycbcr';
}

/** Segments of the shared tables (TIFF tag 347) without SOI, EOI and application markers. */
function tableSegments(tables: Uint8Array): Uint8Array {
  if (tables[0] !== 0xff || tables[1] !== MARKER.soi) throw damaged('jpeg-invalid', 'JPEG tables');
  const parts: Uint8Array[] = [];
  let at = 2;
  while (at + 4 <= tables.length && tables[at] === 0xff) {
    const marker = tables[at + 1] ?? 0;
    if (marker === MARKER.eoi) break;
    const end = at + 2 + (((tables[at + 2] ?? 0) << 8) | (tables[at + 3] ?? 0));
    if (end <= at + 3 || end > tables.length) throw damaged('jpeg-invalid', 'JPEG tables');
    const isApplication = marker >= MARKER.app0 && marker <= 0xef;
    if (!isApplication) parts.push(tables.subarray(at, end));
    at = end;
  }
  return concatBytes(parts);
}

/** Refuses JPEG processes that neither browsers nor the decoder here read. */
export function checkProcess(info: JpegInfo): void {
  if (info.process === 0xc3) throw unsupportedCompression('lossless JPEG');
  if (info.process > 0xc2) {
    throw unsupportedCompression(`JPEG process SOF${info.process - 0xc0}`);
  }
  if (info.bitsPerSample !== 8) throw unsupportedLayout('bit-depth', `${info.bitsPerSample}`);
  const channels = info.components.length;
  if (channels !== 1 && channels !== 3) throw unsupportedLayout('colour-model', `${channels}`);
}

/**
 * Decides how the codestreams of a level become JPEGs that a browser shows in the right colours,
 * from the head of one of them. Nothing is re-encoded: tables and a colour marker go in front.
 *
 * What a codestream says itself wins over the container: Bio-Formats writes JFIF tiles, which are
 * YCbCr, under a photometric tag of RGB, and libtiff (so sharp too) shows those in false colours.
 * @param head first bytes of a codestream, up to and with its frame header
 * @param colour what the components mean according to the container
 * @throws AppError 'format.damaged', 'format.unsupported-compression', 'format.unsupported-layout'
 */
export function planJpegSplice(
  head: Uint8Array,
  tables: Uint8Array | undefined,
  colour: 'rgb' | 'ycbcr' | 'grey',
): JpegSplice {
  const info = jpegInfo(head);
  checkProcess(info);
  const parts: Uint8Array[] = [];
  const saysItself = info.jfif || info.adobeTransform !== undefined;
  const three = info.components.length === 3 && colour !== 'grey';
  if (three && !saysItself && guessedColour(info) !== colour) {
    parts.push(adobeMarker(colour === 'rgb' ? 0 : 1));
  }
  if (tables !== undefined) parts.push(tableSegments(tables));
  const middle = concatBytes(parts);
  if (middle.length === 0) return { prefix: undefined, skip: 0 };
  return { prefix: concatBytes([SOI, middle]), skip: 2 };
}
