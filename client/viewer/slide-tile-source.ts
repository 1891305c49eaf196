import OpenSeadragon from 'openseadragon';
import type { SlideId } from '../../shared/ids.ts';
import type { Pyramid } from '../../shared/slide/pyramid.ts';
import { type TileAddress, tilePath, type TileQuality } from '../../shared/slide/tile-address.ts';
import { makeOsdLevels, type OsdLevels } from './osd-levels.ts';

export interface ServedSlide {
  readonly slideId: SlideId;
  readonly revision: number;
  readonly pyramid: Pyramid;
  readonly quality: TileQuality;
}

/** A tile that OpenSeadragon asks for, in our terms. */
export interface TileOrder {
  readonly job: OpenSeadragon.ImageJob;
  readonly path: string;
  readonly address: TileAddress;
  readonly downsample: number;
  /** In pixels of the level, and where that lies on the slide. */
  readonly widthPx: number;
  readonly heightPx: number;
}

interface Needs {
  readonly beginTile: (order: TileOrder) => void;
}

/**
 * The slide as OpenSeadragon sees it. Built at once from the slide's properties: a source that first fetches
 * its metadata builds an image for a viewer that may be gone by then (seen with 6.1.1: "options.drawer is
 * required" after an early unmount).
 */
export class SlideTileSource extends OpenSeadragon.TileSource {
  readonly #needs: Needs;
  readonly #slide: ServedSlide;
  readonly #levels: OsdLevels;

  /** @param levelCount how many of the coarsest levels it offers; all when absent */
  constructor(needs: Needs, slide: ServedSlide, levelCount?: number) {
    const levels = makeOsdLevels(slide.pyramid, levelCount);
    const finest = levels.levelOf(levels.maxLevel);
    super({
      width: slide.pyramid.widthPx,
      height: slide.pyramid.heightPx,
      tileWidth: finest.tileWidthPx,
      tileHeight: finest.tileHeightPx,
      tileOverlap: 0,
      minLevel: levels.minLevel,
      maxLevel: levels.maxLevel,
    });
    this.#needs = needs;
    this.#slide = slide;
    this.#levels = levels;
  }

  override getLevelScale(level: number): number {
    return 1 / this.#levels.levelOf(level).downsample;
  }

  override getTileWidth(level: number): number {
    return this.#levels.levelOf(level).tileWidthPx;
  }

  override getTileHeight(level: number): number {
    return this.#levels.levelOf(level).tileHeightPx;
  }

  override getNumTiles(level: number): OpenSeadragon.Point {
    const { columns, rows } = this.#levels.gridOf(level);
    return new OpenSeadragon.Point(columns, rows);
  }

  override getTileAtPoint(level: number, point: OpenSeadragon.Point): OpenSeadragon.Tile {
    const { column, row } = this.#levels.tileAt(level, point.x, point.y);
    // Declared as a Tile in 6.1.1's types; its own implementation and its callers use a Point.
    return new OpenSeadragon.Point(column, row) as unknown as OpenSeadragon.Tile;
  }

  override getTileBounds(
    level: number,
    column: number,
    row: number,
    isSource?: boolean,
  ): OpenSeadragon.Rect {
    if (isSource === true) {
      const { widthPx, heightPx } = this.#levels.sizeOf(level, column, row);
      return new OpenSeadragon.Rect(0, 0, widthPx, heightPx);
    }
    const { x, y, width, height } = this.#levels.boundsOf(level, column, row);
    return new OpenSeadragon.Rect(x, y, width, height);
  }

  override getTileUrl(level: number, column: number, row: number): string {
    const { slideId, revision, quality } = this.#slide;
    return tilePath(slideId, revision, this.#levels.addressOf(level, column, row), quality);
  }

  /** Our tiles are opaque; asked with nulls too, where the original would throw. */
  override hasTransparency(): boolean {
    return false;
  }

  override downloadTileStart(job: OpenSeadragon.ImageJob): void {
    const { level, x, y } = job.tile;
    const { widthPx, heightPx } = this.#levels.sizeOf(level, x, y);
    this.#needs.beginTile({
      job,
      path: job.src,
      address: this.#levels.addressOf(level, x, y),
      downsample: this.#levels.levelOf(level).downsample,
      widthPx,
      heightPx,
    });
  }

  override downloadTileAbort(): void {
    // Only OpenSeadragon's own loader calls this, for jobs in its queue; ours is empty (imageLoaderLimit 0).
  }
}
