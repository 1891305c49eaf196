import type { Random } from './random.ts';
import type { Seed } from './seeds.ts';

/** Parts of a file that its reader looks at: changing pixels would only waste the time. */
export type HotRanges = readonly { readonly from: number; readonly to: number }[];

/** Values at which counts, offsets and sizes overflow, vanish or point outside. */
const INTERESTING = [
  0, 1, 2, 3, 7, 8, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x7fff_ffff,
  0x8000_0000, 0xffff_fff0, 0xffff_ffff,
] as const;

type Mutation = (bytes: Uint8Array, at: number, random: Random) => Uint8Array;

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const flipBit: Mutation = (bytes, at, random) => {
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
  return bytes;
};
const setByte: Mutation = (bytes, at, random) => {
  bytes[at] = random.below(256);
  return bytes;
};
const setWord: Mutation = (bytes, at, random) => {
  if (at + 2 <= bytes.length)
    view(bytes).setUint16(at, random.pick(INTERESTING), random.below(2) === 0);
  return bytes;
};
const setLong: Mutation = (bytes, at, random) => {
  if (at + 4 <= bytes.length)
    view(bytes).setUint32(at, random.pick(INTERESTING), random.below(2) === 0);
  return bytes;
};
/** Points at another place of the same file: loops, shared directories, tables inside pixels. */
const pointElsewhere: Mutation = (bytes, at, random) => {
  if (at + 4 <= bytes.length) view(bytes).setUint32(at, random.below(bytes.length + 64), true);
  return bytes;
};
const addSmall: Mutation = (bytes, at, random) => {
  bytes[at] = (bytes[at] ?? 0) + random.below(9) - 4;
  return bytes;
};
const copyWithin: Mutation = (bytes, at, random) => {
  const length = 1 + random.below(64);
  bytes.copyWithin(at, random.below(bytes.length), Math.min(bytes.length, at + length));
  return bytes;
};
const fill: Mutation = (bytes, at, random) => {
  bytes.fill(random.pick([0, 0xff, 0x20, 0x41]), at, at + 1 + random.below(40));
  return bytes;
};
const truncate: Mutation = (bytes, at) => bytes.slice(0, at);
const remove: Mutation = (bytes, at, random) => {
  const length = 1 + random.below(16);
  const shorter = new Uint8Array(Math.max(0, bytes.length - length));
  shorter.set(bytes.subarray(0, Math.min(at, shorter.length)));
  if (at < shorter.length) shorter.set(bytes.subarray(at + length), at);
  return shorter;
};
const insert: Mutation = (bytes, at, random) => {
  const length = 1 + random.below(16);
  const longer = new Uint8Array(bytes.length + length);
  longer.set(bytes.subarray(0, at));
  longer.fill(random.below(256), at, at + length);
  longer.set(bytes.subarray(at), at + length);
  return longer;
};

/** In-place mutations stand more often: they keep the rest of the file in its place. */
const IN_PLACE: readonly Mutation[] = [flipBit, setByte, setWord, setLong, pointElsewhere];
const MUTATIONS: readonly Mutation[] = IN_PLACE.concat(IN_PLACE, [setWord, setLong]).concat([
  addSmall,
  copyWithin,
  fill,
  truncate,
  remove,
  insert,
]);

function place(bytes: Uint8Array, hot: HotRanges, random: Random): number {
  if (hot.length === 0 || random.below(10) === 0) return random.below(Math.max(1, bytes.length));
  const { from, to } = random.pick(hot);
  return Math.min(from + random.below(Math.max(1, to - from)), Math.max(0, bytes.length - 1));
}

/** A seed with one of its files changed in one to four places. */
export function mutateSeed(seed: Seed, hot: readonly HotRanges[], random: Random): Seed {
  const chosen = random.below(seed.files.length);
  const files = seed.files.map((file, index) => {
    if (index !== chosen) return file;
    let bytes: Uint8Array = file.bytes.slice();
    const times = 1 + random.below(4);
    for (let time = 0; time < times && bytes.length > 0; time++) {
      bytes = random.pick(MUTATIONS)(bytes, place(bytes, hot[index] ?? [], random), random);
    }
    return { path: file.path, bytes };
  });
  return { name: seed.name, files };
}
