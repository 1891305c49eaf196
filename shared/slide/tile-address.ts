import { z } from 'zod';
import { SlideId } from '../ids.ts';

const index = z.coerce.number().int().min(0).max(0xffff_ffff);

/** One tile of a slide. Level 0 is full resolution; columns and rows count from the top left. */
export interface TileAddress {
  readonly level: number;
  readonly column: number;
  readonly row: number;
}

export const TileParams = z.object({
  slideId: SlideId,
  revision: index,
  level: index.max(63),
  column: index,
  row: index,
});
export type TileParams = z.infer<typeof TileParams>;

/** 'light': fewer bytes and less detail, only where the reader has asked for it; said on screen. */
export const TileQuality = z.enum(['full', 'light']);
export type TileQuality = z.infer<typeof TileQuality>;

/** The quality is part of the address: no cache on the way can take one for the other. */
export function tilePath(
  slideId: SlideId,
  revision: number,
  { level, column, row }: TileAddress,
  quality: TileQuality = 'full',
): string {
  const path = `/api/slides/${slideId}/tiles/${revision}/${level}/${column}/${row}`;
  return quality === 'full' ? path : `${path}?quality=${quality}`;
}
