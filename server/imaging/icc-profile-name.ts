/** 'desc' as a tag signature and as a type (ICC.1:2001 6.5.17), and its successor 'mluc' (ICC.1:2010). */
const DESC = 0x6465_7363;
const MLUC = 0x6d6c_7563;
const MAX_TAGS = 200;
const MAX_NAME = 200;

function tagOffset(view: DataView): number | undefined {
  const count = Math.min(view.getUint32(128), MAX_TAGS);
  for (let index = 0; index < count; index++) {
    const at = 132 + index * 12;
    if (view.getUint32(at) === DESC) return view.getUint32(at + 4);
  }
  return undefined;
}

function text(view: DataView, offset: number, length: number, encoding: string): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, Math.min(length, MAX_NAME));
  return new TextDecoder(encoding).decode(bytes).replaceAll('\0', '').trim();
}

function readName(view: DataView): string | undefined {
  const at = tagOffset(view);
  if (at === undefined) return undefined;
  const type = view.getUint32(at);
  if (type === DESC) return text(view, at + 12, view.getUint32(at + 8), 'latin1');
  if (type === MLUC) {
    return text(view, at + view.getUint32(at + 24), view.getUint32(at + 20), 'utf-16be');
  }
  return undefined;
}

/** What an ICC profile calls itself; undefined when it does not say, or is damaged. */
export function iccProfileName(profile: Uint8Array): string | undefined {
  const view = new DataView(profile.buffer, profile.byteOffset, profile.byteLength);
  try {
    const name = readName(view);
    return name === '' ? undefined : name;
  } catch (cause) {
    // An offset beyond its end: the profile is damaged, its name is not needed to show the slide.
    if (cause instanceof RangeError) return undefined;
    throw cause;
  }
}
