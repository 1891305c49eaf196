import { AppError } from '../../shared/errors/app-error.ts';
import { isPassThrough } from '../../shared/slide-format/plan-pyramid.ts';
import type { PyramidLevel } from '../../shared/slide/pyramid.ts';
import type { SlideProperties } from '../../shared/slide/slide.ts';
import type { TileAddress } from '../../shared/slide/tile-address.ts';
import type { DecodePool } from '../imaging/decode-pool.ts';
import { createAskedLately } from './asked-lately.ts';
import { composeRegion } from './compose-tile.ts';
import type { DiskTiles } from './disk-tiles.ts';
import type { MemoryTiles } from './memory-tiles.ts';
import { tileRegion, type Region } from './plan-tile.ts';
import { locate, readLocation } from './read-location.ts';
import { createSingleFlight } from './single-flight.ts';
import type { SlidePixels } from './slide-pixels.ts';
import type { SlideRegistry } from './slide-registry.ts';

/** A slide whose tiles can be served. */
export interface ReadySlide {
  readonly originalKey: string;
  readonly revision: number;
  readonly properties: SlideProperties;
}

/** Where the bytes of a tile came from; for metrics. */
export type TileOrigin = 'memory' | 'file' | 'composed' | 'disk-cache';

export interface ReadTile {
  readonly bytes: Buffer;
  readonly origin: TileOrigin;
}

export interface TileReader {
  /** The tile when it is in memory; without waiting. */
  peek(slide: ReadySlide, address: TileAddress): Buffer | undefined;
  /**
   * @param lane who asks: what must be composed takes its turn among others' lanes
   * @throws AppError 'tile.outside', 'tile.unreadable', 'tile.not-arrived'; nothing that failed is kept
   */
  read(slide: ReadySlide, address: TileAddress, lane?: string): Promise<ReadTile>;
}

export interface TileReaderDeps {
  readonly slides: SlideRegistry;
  readonly decode: DecodePool;
  readonly memory: MemoryTiles;
  readonly disk: DiskTiles;
}

/** Of a slide's tiles in both caches: the original names the content, the revision what is made of it. */
export function tileKey(slide: ReadySlide, { level, column, row }: TileAddress): string {
  return `${slide.originalKey}@${slide.revision}/${level}/${column}/${row}`;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Some 5 MB of keys. Keeping every tile cost a third of the rate: what is kept, garbage collection moves. */
const ASKED_LATELY = 20_000;

const SOI = 0xffd8;

/**
 * The tile as the scanner compressed it, when the file has exactly this one: no pixel is re-encoded that need
 * not be. undefined: it must be composed.
 */
async function passThrough(
  pixels: SlidePixels,
  level: PyramidLevel,
  { column, row }: TileAddress,
  region: Region,
): Promise<Buffer | undefined> {
  if (pixels.kind !== 'image' || !isPassThrough(pixels.image, level)) return undefined;
  const fileLevel = pixels.image.levels[level.fileLevel ?? -1];
  if (fileLevel === undefined) return undefined;
  const location = await locate(fileLevel, column, row);
  if (location.kind === 'empty') return undefined;
  // At the edge most files pad their tiles; some cut them exactly, as they are served.
  if (location.widthPx !== region.widthPx || location.heightPx !== region.heightPx) {
    return undefined;
  }
  const bytes = asBuffer(await readLocation(pixels.image, location));
  if (bytes.readUInt16BE(0) !== SOI) throw new AppError('tile.unreadable', 'not a JPEG');
  return bytes;
}

/** Reads tiles: from memory, as they lie in the file, from the disk cache, or composed. */
export function createTileReader(deps: TileReaderDeps): TileReader {
  const { slides, decode, memory, disk } = deps;
  const flights = createSingleFlight<ReadTile>();
  const asked = createAskedLately(ASKED_LATELY);

  async function compose(
    slide: ReadySlide,
    pixels: SlidePixels,
    address: TileAddress,
    region: Region,
    lane: string | undefined,
  ): Promise<ReadTile> {
    const key = tileKey(slide, address);
    const kept = await disk.get(key);
    if (kept !== undefined) return { bytes: kept, origin: 'disk-cache' };
    const { jpeg } = await composeRegion(
      {
        decode,
        lane,
        readServed: async (finer) => (await read(slide, finer, lane)).bytes,
      },
      { key: slide.originalKey, pixels, properties: slide.properties },
      { level: address.level, region, fitPx: null },
    );
    const bytes = asBuffer(jpeg);
    await disk.put(key, bytes);
    return { bytes, origin: 'composed' };
  }

  async function readThrough(
    slide: ReadySlide,
    address: TileAddress,
    lane: string | undefined,
  ): Promise<ReadTile> {
    const level = slide.properties.pyramid.levels[address.level];
    const region = level === undefined ? undefined : tileRegion(level, address);
    if (level === undefined || region === undefined) {
      throw new AppError('tile.outside', 'no such tile');
    }
    return await slides.use(slide, async (pixels) => {
      const bytes = await passThrough(pixels, level, address, region);
      if (bytes !== undefined) return { bytes, origin: 'file' };
      return await compose(slide, pixels, address, region, lane);
    });
  }

  async function read(slide: ReadySlide, address: TileAddress, lane?: string): Promise<ReadTile> {
    const key = tileKey(slide, address);
    const recent = memory.get(key);
    if (recent !== undefined) return { bytes: recent, origin: 'memory' };
    return await flights.run(key, async () => {
      const tile = await readThrough(slide, address, lane);
      // A reader's browser keeps what it has seen: a tile is kept here when someone else asks for it.
      if (asked.again(key)) memory.set(key, tile.bytes);
      return tile;
    });
  }

  return { read, peek: (slide, address) => memory.get(tileKey(slide, address)) };
}
