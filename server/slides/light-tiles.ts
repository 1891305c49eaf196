import type { TileAddress } from '../../shared/slide/tile-address.ts';
import type { DecodePool } from '../imaging/decode-pool.ts';
import type { DiskTiles } from './disk-tiles.ts';
import { tileKey, type ReadySlide, type TileReader } from './read-tile.ts';
import { createSingleFlight } from './single-flight.ts';

export interface LightTilesDeps {
  readonly decode: DecodePool;
  readonly disk: DiskTiles;
  readonly tiles: TileReader;
}

/** Tiles in the lighter quality that a reader on a slow line may choose. */
export interface LightTiles {
  /** @throws AppError as TileReader.read does */
  read(slide: ReadySlide, address: TileAddress, lane?: string): Promise<Buffer>;
}

/** Made once from the tile as it is served, and kept on disk under a name of its own. */
export function createLightTiles({ decode, disk, tiles }: LightTilesDeps): LightTiles {
  const flights = createSingleFlight<Buffer>();

  async function make(
    slide: ReadySlide,
    address: TileAddress,
    { key, lane }: { readonly key: string; readonly lane: string | undefined },
  ): Promise<Buffer> {
    const kept = await disk.get(key);
    if (kept !== undefined) return kept;
    const { bytes } = await tiles.read(slide, address, lane);
    const { jpeg } = await decode.run(
      { kind: 'lighten', jpeg: bytes },
      lane === undefined ? {} : { lane },
    );
    const light = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
    await disk.put(key, light);
    return light;
  }

  return {
    read: async (slide, address, lane) => {
      const key = `${tileKey(slide, address)}/light`;
      return await flights.run(key, () => make(slide, address, { key, lane }));
    },
  };
}
