/** Tag, type (2 ASCII, 3 SHORT, 4 LONG), values. */
export type TinyTag = readonly [tag: number, type: number, values: readonly number[]];

const BYTES = new Map([
  [2, 1],
  [3, 2],
  [4, 4],
]);

interface TinyOptions {
  /** Where the last directory points; nowhere by default. */
  readonly nextOfLast?: 'first';
  /** Lies about the place of the values of a tag. */
  readonly valuesAt?: Readonly<Record<number, number>>;
}

function write(view: DataView, type: number, at: number, value: number): void {
  if (type === 2) view.setUint8(at, value);
  else if (type === 3) view.setUint16(at, value, true);
  else view.setUint32(at, value, true);
}

/** A little-endian classic TIFF out of bare tags: the first directory at 8, values behind each. */
export function tinyTiff(
  pages: readonly (readonly TinyTag[])[],
  options: TinyOptions = {},
): Uint8Array {
  const sizeOf = (tags: readonly TinyTag[]) =>
    6 +
    tags.length * 12 +
    tags.reduce((sum, [, type, values]) => sum + values.length * (BYTES.get(type) ?? 4), 0);
  const bytes = new Uint8Array(8 + pages.reduce((sum, tags) => sum + sizeOf(tags) + 4, 0) + 64);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0, 8]);
  let at = 8;
  for (const [index, tags] of pages.entries()) {
    const end = at + sizeOf(tags);
    const next = end + (end % 2);
    view.setUint16(at, tags.length, true);
    let valuesAt = at + 6 + tags.length * 12;
    for (const [position, [tag, type, values]] of tags.entries()) {
      const entry = at + 2 + position * 12;
      const length = values.length * (BYTES.get(type) ?? 4);
      view.setUint16(entry, tag, true);
      view.setUint16(entry + 2, type, true);
      view.setUint32(entry + 4, values.length, true);
      const inline = length <= 4;
      if (!inline) view.setUint32(entry + 8, options.valuesAt?.[tag] ?? valuesAt, true);
      const base = inline ? entry + 8 : valuesAt;
      for (const [i, value] of values.entries())
        write(view, type, base + i * (BYTES.get(type) ?? 4), value);
      if (!inline) valuesAt += length;
    }
    const isLast = index === pages.length - 1;
    const pointer = isLast ? (options.nextOfLast === 'first' ? 8 : 0) : next;
    view.setUint32(at + 2 + tags.length * 12, pointer, true);
    at = next;
  }
  return bytes;
}
