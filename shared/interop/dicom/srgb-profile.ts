/**
 * An ICC profile of sRGB: what a slide without a profile of its own is shown as. PS3.3 C.8.12.5 demands a
 * profile of every optical path in colour. ICC.1:2022 (version 4.4), a matrix profile for displays.
 */

const HEADER_BYTES = 128;

function s15Fixed16(value: number): number {
  return Math.round(value * 65_536);
}

function tagData(type: string, words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(8 + words.length * 4);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(type));
  for (const [index, word] of words.entries()) view.setInt32(8 + index * 4, word);
  return bytes;
}

function xyz(x: number, y: number, z: number): Uint8Array {
  return tagData('XYZ ', [x, y, z].map(s15Fixed16));
}

/** One text in English (10.15). */
function text(value: string): Uint8Array {
  const letters = new Uint8Array(value.length * 2);
  for (let index = 0; index < value.length; index++)
    letters[index * 2 + 1] = value.charCodeAt(index);
  const head = tagData('mluc', [1, 12, 0x656e_5553, letters.length, 28]);
  const bytes = new Uint8Array(Math.ceil((head.length + letters.length) / 4) * 4);
  bytes.set(head);
  bytes.set(letters, head.length);
  return bytes;
}

/** IEC 61966-2-1's curve as a parametric one of type 3 (10.18). */
const CURVE = tagData('para', [
  3 << 16,
  ...[2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.040_45].map(s15Fixed16),
]);

/** Primaries of sRGB, adapted to D50. */
const TAGS: readonly (readonly [string, Uint8Array])[] = [
  ['desc', text('sRGB')],
  ['cprt', text('No copyright, use freely')],
  ['wtpt', xyz(0.9642, 1, 0.8249)],
  ['rXYZ', xyz(0.436_065_67, 0.222_488_4, 0.013_916_02)],
  ['gXYZ', xyz(0.385_147_09, 0.716_873_17, 0.097_076_42)],
  ['bXYZ', xyz(0.143_066_41, 0.060_607_91, 0.714_096_07)],
  ['rTRC', CURVE],
  ['gTRC', CURVE],
  ['bTRC', CURVE],
];

function header(size: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  const put = (at: number, letters: string) => bytes.set(new TextEncoder().encode(letters), at);
  view.setUint32(0, size);
  view.setUint32(8, 0x0440_0000);
  put(12, 'mntrRGB XYZ ');
  view.setUint16(24, 2026);
  view.setUint16(26, 1);
  view.setUint16(28, 1);
  put(36, 'acsp');
  for (const [index, value] of [0.9642, 1, 0.8249].entries()) {
    view.setInt32(68 + index * 4, s15Fixed16(value));
  }
  return bytes;
}

/** The profile's bytes. */
export function srgbProfile(): Uint8Array {
  const places = new Map<Uint8Array, number>();
  let end = HEADER_BYTES + 4 + TAGS.length * 12;
  for (const [, data] of TAGS) {
    if (places.has(data)) continue;
    places.set(data, end);
    end += data.length;
  }
  const profile = new Uint8Array(end);
  profile.set(header(end));
  const view = new DataView(profile.buffer);
  view.setUint32(HEADER_BYTES, TAGS.length);
  for (const [index, [name, data]] of TAGS.entries()) {
    const at = HEADER_BYTES + 4 + index * 12;
    const place = places.get(data) ?? 0;
    profile.set(new TextEncoder().encode(name), at);
    view.setUint32(at + 4, place);
    view.setUint32(at + 8, data.length);
    profile.set(data, place);
  }
  return profile;
}
