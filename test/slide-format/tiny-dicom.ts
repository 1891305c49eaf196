/** One attribute in explicit little endian. */
export interface DicomPart {
  readonly tag: number;
  readonly bytes: Uint8Array;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function header(tag: number, vr: string, length: number): Uint8Array {
  const long = ['OB', 'OW', 'SQ'].includes(vr);
  const view = new DataView(new ArrayBuffer(long ? 12 : 8));
  view.setUint16(0, Math.floor(tag / 65_536), true);
  view.setUint16(2, tag % 65_536, true);
  view.setUint8(4, vr.charCodeAt(0));
  view.setUint8(5, vr.charCodeAt(1));
  if (long) view.setUint32(8, length, true);
  else view.setUint16(6, length, true);
  return new Uint8Array(view.buffer);
}

function attribute(tag: number, vr: string, value: Uint8Array): DicomPart {
  return { tag, bytes: join([header(tag, vr, value.length), value]) };
}

export function text(tag: number, vr: string, value: string): DicomPart {
  const padded = value.length % 2 === 0 ? value : `${value}${vr === 'UI' ? '\0' : ' '}`;
  return attribute(tag, vr, new TextEncoder().encode(padded));
}

export function uint16(tag: number, value: number): DicomPart {
  return attribute(tag, 'US', Uint8Array.of(value & 255, value >> 8));
}

export function uint32(tag: number, value: number): DicomPart {
  return attribute(tag, 'UL', new Uint8Array(Uint32Array.of(value).buffer));
}

/** An item of a sequence with its length. */
export function item(parts: readonly DicomPart[]): Uint8Array {
  const content = join(parts.map(({ bytes }) => bytes));
  const view = new DataView(new ArrayBuffer(8));
  view.setUint16(0, 0xfffe, true);
  view.setUint16(2, 0xe000, true);
  view.setUint32(4, content.length, true);
  return join([new Uint8Array(view.buffer), content]);
}

export function sequence(tag: number, items: Uint8Array): DicomPart {
  return attribute(tag, 'SQ', items);
}

function fileOf(syntax: string, parts: readonly DicomPart[], pixels: DicomPart): Uint8Array {
  const preamble = new Uint8Array(132);
  preamble.set([0x44, 0x49, 0x43, 0x4d], 128);
  const meta = text(0x0002_0010, 'UI', syntax);
  const sorted = parts.toSorted((a, b) => a.tag - b.tag);
  return join([preamble, ...[meta, ...sorted, pixels].map(({ bytes }) => bytes)]);
}

/** A DICOM file of uncompressed pixels, `pixelBytes` zeros or the bytes given. */
export function dicomFile(
  parts: readonly DicomPart[],
  pixelBytes: number | Uint8Array,
): Uint8Array {
  const pixels = typeof pixelBytes === 'number' ? new Uint8Array(pixelBytes) : pixelBytes;
  return fileOf('1.2.840.10008.1.2.1', parts, attribute(0x7fe0_0010, 'OW', pixels));
}

/** Header of an item that holds bytes rather than attributes. */
function rawItem(content: Uint8Array): Uint8Array {
  return join([item([]).subarray(0, 4), uint32(0, content.length).bytes.subarray(8), content]);
}

/** A DICOM file of encapsulated JPEG fragments; `offsets` is the basic offset table. */
export function encapsulatedFile(
  parts: readonly DicomPart[],
  fragments: readonly Uint8Array[],
  offsets: readonly number[] = [],
): Uint8Array {
  const table = new Uint8Array(Uint32Array.from(offsets).buffer);
  const end = Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0);
  const head = header(0x7fe0_0010, 'OB', 0xffff_ffff);
  const bytes = join([head, rawItem(table), ...fragments.map(rawItem), end]);
  return fileOf('1.2.840.10008.1.2.4.50', parts, { tag: 0x7fe0_0010, bytes });
}
