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

export function tilePath(slideId: SlideId, revision: number, address: TileAddress): string {
  return `/api/slides/${slideId}/tiles/${revision}/${address.level}/${address.column}/${address.row}`;
}
