import { damaged } from '../format-errors.ts';

/** Markers of ISO/IEC 10918-1 table B.1. */
export const MARKER = {
  soi: 0xd8,
  eoi: 0xd9,
  sos: 0xda,
  dqt: 0xdb,
  dht: 0xc4,
  dri: 0xdd,
  app0: 0xe0,
  app14: 0xee,
} as const;

export interface JpegComponent {
  readonly id: number;
  readonly horizontal: number;
  readonly vertical: number;
}

export interface JpegSegment {
  readonly marker: number;
  /** Position of 0xFF. */
  readonly at: number;
  /** Position after the segment. */
  readonly end: number;
}

/** What the headers of a JPEG codestream say, up to its first scan or the end of the bytes given. */
export interface JpegInfo {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bitsPerSample: number;
  /** Low byte of the SOF marker: 0xc0 baseline, 0xc1 extended, 0xc2 progressive, 0xc3 lossless. */
  readonly process: number;
  readonly components: readonly JpegComponent[];
  /** Position of the frame header's 0xFF: its height is 5 bytes on, its width 7. */
  readonly frameAt: number;
  readonly jfif: boolean;
  /** Colour transform of Adobe's APP14: 0 none (RGB), 1 YCbCr, 2 YCCK; undefined without APP14. */
  readonly adobeTransform: number | undefined;
  /** MCUs between restart markers, 0 without. */
  readonly restartInterval: number;
  readonly segments: readonly JpegSegment[];
  /** Position of the first entropy-coded byte; undefined when the bytes end before it. */
  readonly scanAt: number | undefined;
}

const MAX_SEGMENTS = 1_000;

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (bytes[at + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}

function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Lists the marker segments from SOI to the first scan; a cut last segment ends the list. */
function listSegments(bytes: Uint8Array): { segments: JpegSegment[]; scanAt: number | undefined } {
  if (bytes[0] !== 0xff || bytes[1] !== MARKER.soi) throw damaged('tile-not-jpeg', 'no SOI');
  const segments: JpegSegment[] = [];
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) throw damaged('jpeg-invalid', `no marker at ${at}`);
    const marker = bytes[at + 1] ?? 0;
    // Fill bytes may stand before a marker (B.1.1.2).
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === MARKER.eoi) break;
    const length = word(bytes, at + 2);
    if (length < 2) throw damaged('jpeg-invalid', `segment of ${length} at ${at}`);
    const end = at + 2 + length;
    if (end > bytes.length) break;
    segments.push({ marker, at, end });
    if (marker === MARKER.sos) return { segments, scanAt: end };
    if (segments.length > MAX_SEGMENTS) throw damaged('jpeg-invalid', 'too many segments');
    at = end;
  }
  return { segments, scanAt: undefined };
}

function readFrame(bytes: Uint8Array, segment: JpegSegment) {
  const count = bytes[segment.at + 9] ?? 0;
  if (segment.end - segment.at < 10 + count * 3) throw damaged('jpeg-invalid', 'frame header');
  const components: JpegComponent[] = [];
  for (let index = 0; index < count; index++) {
    const at = segment.at + 10 + index * 3;
    const sampling = bytes[at + 1] ?? 0;
    components.push({ id: bytes[at] ?? 0, horizontal: sampling >> 4, vertical: sampling & 15 });
  }
  return {
    bitsPerSample: bytes[segment.at + 4] ?? 0,
    heightPx: word(bytes, segment.at + 5),
    widthPx: word(bytes, segment.at + 7),
    process: segment.marker,
    components,
    frameAt: segment.at,
  };
}

/** Whether the first bytes of a JPEG reach to the end of its frame header. */
export function holdsFrameHeader(bytes: Uint8Array): boolean {
  return listSegments(bytes).segments.some(({ marker }) => isFrameHeader(marker));
}

/**
 * Reads the headers of a JPEG. The bytes may end anywhere after the frame header.
 * @throws AppError 'format.damaged'
 */
export function jpegInfo(bytes: Uint8Array): JpegInfo {
  const { segments, scanAt } = listSegments(bytes);
  const frame = segments.find(({ marker }) => isFrameHeader(marker));
  if (frame === undefined) throw damaged('jpeg-invalid', 'no frame header');
  const adobe = segments.find(
    ({ marker, at, end }) =>
      marker === MARKER.app14 && end - at >= 16 && startsWith(bytes, at + 4, 'Adobe'),
  );
  const restart = segments.findLast(({ marker }) => marker === MARKER.dri);
  return {
    ...readFrame(bytes, frame),
    jfif: segments.some(
      ({ marker, at }) => marker === MARKER.app0 && startsWith(bytes, at + 4, 'JFIF'),
    ),
    adobeTransform: adobe === undefined ? undefined : (bytes[adobe.at + 15] ?? 0),
    restartInterval: restart === undefined ? 0 : word(bytes, restart.at + 4),
    segments,
    scanAt,
  };
}
