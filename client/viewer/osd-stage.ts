import OpenSeadragon from 'openseadragon';
import type { ScreenSize } from '../../shared/geometry/spaces.ts';
import type { ViewState } from '../../shared/geometry/view-state.ts';
import { osdPoint, osdZoom } from './osd-levels.ts';
import { isOneToOne, snapToPixels } from './pixel-grid.ts';
import { type ServedSlide, SlideTileSource, type TileOrder } from './slide-tile-source.ts';
import { MIN_PIXEL_RATIO } from './tile-sight.ts';

/** Tiles kept decoded, as bytes of their canvases; a 4K field of 512 px tiles is about 70 MB. */
const CACHE_BYTES = 256 * 1024 * 1024;
/** setTimeout's own largest delay: our queue has timeouts of its own, and OpenSeadragon's would mark the tile dead. */
const NEVER_MS = 0x7fff_ffff;

interface Needs {
  readonly beginTile: (order: TileOrder, isUnderlay: boolean) => void;
  /** After each frame: the paths of the slide's tiles that were drawn. */
  readonly onDrawn: (paths: readonly string[]) => void;
  readonly onLoadedChange: () => void;
}

function cacheCount(slide: ServedSlide): number {
  const [full] = slide.pyramid.levels;
  const tileBytes = full === undefined ? 1 << 20 : full.tileWidthPx * full.tileHeightPx * 4;
  return Math.min(600, Math.max(48, Math.round(CACHE_BYTES / tileBytes)));
}

function viewerOptions(element: HTMLElement, slide: ServedSlide): OpenSeadragon.Options {
  return {
    element,
    // 6.1.1's WebGL drawer puts wrong tiles in place under software GL when rotated: `int(v_image_index)` of an
    // interpolated float (614 wrong blocks in one field at 30°, none with the canvas drawer; see #2556).
    drawer: ['canvas'],
    showNavigationControl: false,
    showNavigator: false,
    // The pointer, wheel and keys are ours (pane-gestures.ts): OpenSeadragon's pinch ignores the flip, its wheel
    // drops events closer than 50 ms, and its springs for zoom and pan part ways under a moving target.
    mouseNavEnabled: false,
    keyboardNavEnabled: false,
    tabIndex: -1,
    autoResize: false,
    preserveViewport: true,
    // Our own queue limits, aborts and retries: see tile-downloads.ts.
    imageLoaderLimit: 0,
    maxTilesPerFrame: 96,
    tileRetryMax: 0,
    timeout: NEVER_MS,
    maxImageCacheCount: cacheCount(slide),
    minPixelRatio: MIN_PIXEL_RATIO,
    immediateRender: false,
    blendTime: 0,
    // Drawing through a second canvas above 110 % costs a full-screen copy per frame and buys nothing here.
    smoothTileEdgesMinZoom: Number.POSITIVE_INFINITY,
    visibilityRatio: 0,
    minZoomImageRatio: 0,
    maxZoomPixelRatio: Number.POSITIVE_INFINITY,
  };
}

/** Draws the slide at a view. Everything that knows OpenSeadragon's viewer is in this file. */
export class OsdStage {
  readonly #viewer: OpenSeadragon.Viewer;
  readonly #slide: ServedSlide;
  readonly #downsamples: readonly number[];
  #isOneToOne = false;
  #main: OpenSeadragon.TiledImage | null = null;
  #underlay: OpenSeadragon.TiledImage | null = null;

  constructor(needs: Needs, element: HTMLElement, slide: ServedSlide) {
    this.#slide = slide;
    this.#viewer = new OpenSeadragon.Viewer(viewerOptions(element, slide));
    // The element that takes the focus and has a name is the pane, not this canvas (it has neither role nor name).
    this.#viewer.canvas.setAttribute('tabindex', '-1');
    this.#downsamples = slide.pyramid.levels.map((level) => level.downsample);
    // The canvas drawer widens every tile by a pixel against seams, which blurs each one a little; where pixels
    // fall on pixels there are no seams and nothing may be blurred.
    Object.assign(this.#viewer.drawer, { minimumOverlapRequired: () => !this.#isOneToOne });
    this.#addImages(needs);
    this.#viewer.addHandler('tiled-image-drawn', (event) => {
      if (event.tiledImage !== this.#main) return;
      const tiles = event['tiles'] as readonly OpenSeadragon.Tile[]; // documented, but not in the types
      needs.onDrawn(tiles.map((tile) => tile.getUrl()));
    });
  }

  /** The canvas that holds what is seen, in device pixels. */
  get canvas(): HTMLCanvasElement {
    return this.#viewer.drawer.canvas;
  }

  /** Whether all tiles of the current field have come, hatched ones included: they count as loaded here. */
  isFieldLoaded(): boolean {
    return this.#main?.getFullyLoaded() ?? false;
  }

  /**
   * Whether the field and the underlay have come: without the underlay the next step back would show bare
   * glass.
   */
  isFullyLoaded(): boolean {
    // What lies under a field that is almost as coarse comes after it: the thumbnail stays until then.
    return [this.#main, this.#underlay].every((image) => image?.getFullyLoaded() === true);
  }

  /** @param isResting a camera on its way is not snapped to the pixel grid: it would tremble */
  show(goal: ViewState, pane: ScreenSize, isResting: boolean): void {
    const { viewport } = this.#viewer;
    const density = window.devicePixelRatio;
    this.#isOneToOne = isResting && isOneToOne(goal, this.#downsamples, density);
    const view = this.#isOneToOne ? snapToPixels(goal, pane, density) : goal;
    const { widthPx } = this.#slide.pyramid;
    const centre = osdPoint(widthPx, view.x, view.y);
    viewport.zoomTo(osdZoom(widthPx, pane.widthPx, view.pxPerScreenPx), undefined, true);
    viewport.panTo(new OpenSeadragon.Point(centre.x, centre.y), true);
    viewport.rotateTo(view.rotation, undefined, true);
    if (viewport.getFlip() !== view.flip) viewport.setFlip(view.flip);
  }

  resize(pane: ScreenSize): void {
    this.#viewer.viewport.resize(new OpenSeadragon.Point(pane.widthPx, pane.heightPx));
    this.#viewer.forceRedraw();
  }

  redraw(): void {
    this.#viewer.forceRedraw();
  }

  /**
   * The coarsest level lies under the others until the field is complete, so that no change of level shows bare
   * glass: OpenSeadragon does not draw finer levels than it would load, and has nothing when zooming out fast.
   */
  showUnderlay(isShown: boolean): void {
    this.#underlay?.setOpacity(isShown ? 1 : 0);
  }

  dispose(): void {
    // Without destroy() the browser's GPU process keeps growing (#2693).
    this.#viewer.destroy();
  }

  #addImages(needs: Needs): void {
    const coarsest = new SlideTileSource(
      { beginTile: (order) => needs.beginTile(order, true) },
      this.#slide,
      1,
    );
    const all = new SlideTileSource(
      { beginTile: (order) => needs.beginTile(order, false) },
      this.#slide,
    );
    this.#add(coarsest, 0, (image) => {
      this.#underlay = image;
      image.addHandler('fully-loaded-change', needs.onLoadedChange);
    });
    this.#add(all, 1, (image) => {
      this.#main = image;
      image.addHandler('fully-loaded-change', needs.onLoadedChange);
    });
  }

  #add(
    source: SlideTileSource,
    index: number,
    onAdded: (image: OpenSeadragon.TiledImage) => void,
  ): void {
    this.#viewer.addTiledImage({
      tileSource: source,
      index,
      x: 0,
      y: 0,
      width: 1,
      preload: true,
      success: (event: { item: OpenSeadragon.TiledImage }) => {
        onAdded(event.item);
        // 6.1.1 may not paint a new image before the next movement (#2925).
        this.#viewer.forceRedraw();
      },
    } as unknown as OpenSeadragon.TileSourceSpecifier); // its type wants a url or plain options
  }
}
