import { z } from 'zod';
import type { TileAddress } from './tile-address.ts';

/** Several tiles in one reply, each in a frame of its own (tile-frames.ts), in the order in which they were read. */
export const TILE_FRAMES_TYPE = 'application/vnd.farscope.tiles';

/** As many as one reply may carry: a screen of 256 px tiles on a large display, in a few replies. */
export const MOST_TILES_IN_LIST = 64;

/** Without sign, leading zero or exponent: one spelling for one tile. */
const ADDRESS = /^(0|[1-9]\d?)\.(0|[1-9]\d{0,9})\.(0|[1-9]\d{0,9})$/;
const MAX_LEVEL = 63;
const MAX_INDEX = 0xffff_ffff;

function parseAddress(text: string): TileAddress | undefined {
  const parts = ADDRESS.exec(text);
  if (parts === null) return undefined;
  const [level = -1, column = -1, row = -1] = parts.slice(1).map(Number);
  if (level > MAX_LEVEL || column > MAX_INDEX || row > MAX_INDEX) return undefined;
  return { level, column, row };
}

/** `level.column.row`, joined by '_': nothing that a query would have to escape. */
export function formatTileList(addresses: readonly TileAddress[]): string {
  return addresses.map(({ level, column, row }) => `${level}.${column}.${row}`).join('_');
}

/** A list of tiles of one slide in an address, in the order in which they are wanted. */
export const TileList = z.string().transform((text, context): readonly TileAddress[] => {
  const names = text.split('_', MOST_TILES_IN_LIST + 1);
  const addresses = names.map(parseAddress).filter((address) => address !== undefined);
  if (names.length > MOST_TILES_IN_LIST || addresses.length !== names.length) {
    context.addIssue({
      code: 'custom',
      message: `up to ${MOST_TILES_IN_LIST} tiles as level.column.row, joined by _`,
    });
    return z.NEVER;
  }
  return addresses;
});
