import { SlideId } from '../ids.ts';
import type { TileAddress, TileQuality } from './tile-address.ts';

const TILE_PATH =
  /^\/api\/slides\/([0-9a-f-]{36})\/tiles\/(\d+)\/(\d+)\/(\d+)\/(\d+)(?:\?quality=(light))?$/;

export interface TileName extends TileAddress {
  readonly slideId: SlideId;
  readonly revision: number;
  readonly quality: TileQuality;
}

/** What tilePath wrote; undefined for anything else. */
export function parseTilePath(path: string): TileName | undefined {
  const parts = TILE_PATH.exec(path);
  if (parts === null) return undefined;
  const [revision = 0, level = 0, column = 0, row = 0] = parts.slice(2, 6).map(Number);
  const quality = parts[6] === 'light' ? 'light' : 'full';
  return { slideId: SlideId.parse(parts[1]), revision, level, column, row, quality };
}
