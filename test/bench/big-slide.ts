import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { CARCINOMA_FIELD } from '../../fixtures/tissue/demo-sections.ts';
import { createRenderer, RENDER_TILE } from '../../fixtures/tissue/render.ts';
import { encodeJpeg } from '../../server/imaging/jpeg.ts';

export interface BigSlide {
  readonly path: string;
  readonly bytes: number;
  readonly sidePx: number;
}

/** Levels of a scanner: 1, 4, 16, 64. */
const DOWNSAMPLES: readonly number[] = [1, 4, 16, 64];
const POOL_SIDE = 8;
const QUALITY = 80;

/** 64 tiles of drawn tissue as JPEG, as a scanner would have compressed them. */
export function tissueTiles(): Buffer[] {
  const side = POOL_SIDE * RENDER_TILE;
  const block = { x: side, y: side, width: side, height: side };
  const tiles = createRenderer(CARCINOMA_FIELD).renderBlock(block);
  const glass = new Uint8Array(RENDER_TILE * RENDER_TILE * 3).fill(243);
  return tiles.map((rgb) => {
    const raster = { data: rgb ?? glass, width: RENDER_TILE, height: RENDER_TILE } as const;
    return Buffer.from(encodeJpeg({ ...raster, channels: 3 }, QUALITY));
  });
}

/** Appends through a buffer of 8 MiB. */
function openAppender(path: string) {
  const fd = openSync(path, 'w');
  const buffer = Buffer.allocUnsafe(8 << 20);
  let filled = 0;
  let position = 0;
  const flush = (): void => {
    if (filled > 0) writeSync(fd, buffer, 0, filled, position - filled);
    filled = 0;
  };
  return {
    position: () => position,
    append: (bytes: Uint8Array): number => {
      const at = position;
      for (let from = 0; from < bytes.length; ) {
        const part = bytes.subarray(from, from + buffer.length - filled);
        buffer.set(part, filled);
        filled += part.length;
        from += part.length;
        position += part.length;
        if (filled === buffer.length) flush();
      }
      return at;
    },
    close: (size: number): void => {
      flush();
      if (size > position) ftruncateSync(fd, size);
      closeSync(fd);
    },
    patch: (bytes: Uint8Array, at: number): void => {
      flush();
      writeSync(fd, bytes, 0, bytes.length, at);
    },
  };
}

type Entry = readonly [tag: number, type: number, count: number, value: bigint];

const ASCII = 2;
const SHORT = 3;
const LONG = 4;
const LONG8 = 16;

function directory(entries: readonly Entry[]): Buffer {
  const bytes = Buffer.alloc(8 + entries.length * 20 + 8);
  bytes.writeBigUInt64LE(BigInt(entries.length), 0);
  for (const [index, [tag, type, count, value]] of entries.entries()) {
    const at = 8 + index * 20;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeBigUInt64LE(BigInt(count), at + 4);
    bytes.writeBigUInt64LE(value, at + 12);
  }
  return bytes;
}

/** One tile without tissue. */
export function glassTile(): Buffer {
  const data = new Uint8Array(RENDER_TILE * RENDER_TILE * 3).fill(243);
  const raster = { data, width: RENDER_TILE, height: RENDER_TILE, channels: 3 } as const;
  return Buffer.from(encodeJpeg(raster, QUALITY));
}

export interface BigSlideShape {
  readonly bytes: number;
  readonly stored: 'each' | 'shared';
  /** Of the levels, from 1; a scanner's when left out. */
  readonly downsamples?: readonly number[];
  /** What lies around the tissue; without it, tissue lies everywhere. */
  readonly glass?: Buffer;
  /** Tiles along a side of level 0; as many as `bytes` would fill when left out. */
  readonly sideTiles?: number;
  /** ImageDescription of every level: by it a vendor is known. */
  readonly description?: string;
}

/** Tissue takes about two fifths of a slide, in its middle. */
function isGlass(column: number, row: number, columns: number): boolean {
  const x = (column + 0.5) / columns - 0.5;
  const y = (row + 0.5) / columns - 0.5;
  return (x / 0.4) ** 2 + (y / 0.34) ** 2 > 1;
}

/** Three samples of 8 bit, in the value field itself. */
const EIGHT_EIGHT_EIGHT = 0x0008_0008_0008n;

/**
 * Writes a BigTIFF pyramid of 256 px tiles that is `bytes` large.
 * @param stored 'each': every tile has bytes of its own; 'shared': all point at 64 tiles, and the rest of the
 *   file is a hole. Directories are of full length either way.
 */
export function writeBigSlide(
  path: string,
  tiles: readonly Buffer[],
  shape: BigSlideShape,
): BigSlide {
  const { bytes, stored, downsamples = DOWNSAMPLES, glass, sideTiles, description = '' } = shape;
  const mean = tiles.reduce((sum, tile) => sum + tile.length, 0) / tiles.length;
  const side = sideTiles ?? Math.floor(Math.sqrt(bytes / (mean * 1.08)));
  const file = openAppender(path);
  file.append(Buffer.alloc(16));
  const shared = stored === 'shared' ? tiles.map((tile) => file.append(tile)) : [];
  const said = Buffer.from(`${description}\0`);
  const saidAt = BigInt(description === '' ? 0 : file.append(said));
  const glassAt = glass === undefined ? 0 : file.append(glass);
  let previousNext = 8;
  for (const downsample of downsamples) {
    const columns = Math.ceil(side / downsample);
    const count = columns * columns;
    const offsets = Buffer.alloc(count * 8);
    const counts = Buffer.alloc(count * 4);
    for (let index = 0; index < count; index++) {
      // Neighbours in the pool are neighbours in the picture.
      const column = index % columns;
      const row = Math.floor(index / columns);
      const pick = (row % POOL_SIDE) * POOL_SIDE + (column % POOL_SIDE);
      const isEmpty = glass !== undefined && isGlass(column, row, columns);
      const tile = (isEmpty ? glass : tiles[pick]) ?? Buffer.alloc(0);
      const at = isEmpty ? glassAt : (shared[pick] ?? file.append(tile));
      offsets.writeBigUInt64LE(BigInt(at), index * 8);
      counts.writeUInt32LE(tile.length, index * 4);
    }
    const offsetsAt = BigInt(file.append(offsets));
    const countsAt = BigInt(file.append(counts));
    const sidePx = BigInt(columns * RENDER_TILE);
    const ifd = directory([
      [254, LONG, 1, downsample === 1 ? 0n : 1n],
      [256, LONG, 1, sidePx],
      [257, LONG, 1, sidePx],
      [258, SHORT, 3, EIGHT_EIGHT_EIGHT],
      [259, SHORT, 1, 7n],
      [262, SHORT, 1, 6n],
      ...(description === '' ? [] : [[270, ASCII, said.length, saidAt] as const]),
      [277, SHORT, 1, 3n],
      [322, LONG, 1, BigInt(RENDER_TILE)],
      [323, LONG, 1, BigInt(RENDER_TILE)],
      [324, LONG8, count, offsetsAt],
      [325, LONG, count, countsAt],
      [530, SHORT, 2, 0x0002_0002n],
    ]);
    const pointer = Buffer.alloc(8);
    const at = file.append(ifd);
    pointer.writeBigUInt64LE(BigInt(at));
    file.patch(pointer, previousNext);
    previousNext = at + ifd.length - 8;
  }
  const header = Buffer.from([0x49, 0x49, 43, 0, 8, 0, 0, 0]);
  file.patch(header, 0);
  const size = Math.max(bytes, file.position());
  file.close(size);
  return { path, bytes: size, sidePx: side * RENDER_TILE };
}
