import type { ReadTile } from '../../server/slides/read-tile.ts';
import { columnsOf, type PyramidLevel, rowsOf } from '../../shared/slide/pyramid.ts';
import type { ServedSlide } from './served-slide.ts';

export interface WalkedTile extends ReadTile {
  readonly level: number;
  readonly served: PyramidLevel;
  readonly column: number;
  readonly row: number;
  /** In pixels of its level, cut at the edges. */
  readonly area: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
}

/** Every tile of a slide, level by level. */
export async function* walkTiles(slide: ServedSlide): AsyncGenerator<WalkedTile> {
  for (const [level, served] of slide.properties.pyramid.levels.entries()) {
    for (let row = 0; row < rowsOf(served); row++) {
      for (let column = 0; column < columnsOf(served); column++) {
        const x = column * served.tileWidthPx;
        const y = row * served.tileHeightPx;
        yield {
          ...(await slide.read(level, column, row)),
          level,
          served,
          column,
          row,
          area: {
            x,
            y,
            width: Math.min(served.tileWidthPx, served.widthPx - x),
            height: Math.min(served.tileHeightPx, served.heightPx - y),
          },
        };
      }
    }
  }
}
