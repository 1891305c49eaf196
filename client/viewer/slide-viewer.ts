import type { ScreenSize } from '../../shared/geometry/spaces.ts';
import { fitView, type ViewState } from '../../shared/geometry/view-state.ts';
import type { Run } from '../../shared/upload/received-runs.ts';
import { type CameraLimits, limitView, stepCamera } from './camera.ts';
import { FieldPrefetch } from './field-prefetch.ts';
import type { RegionOfInterest } from './fields-ahead.ts';
import { OsdStage } from './osd-stage.ts';
import { PaneTiles } from './pane-tiles.ts';
import type { MeasuredLine } from './request-plan.ts';
import type { ServedSlide } from './slide-tile-source.ts';
import type { TileDownloads } from './tile-downloads.ts';
import { addToneFilter, type ToneFilter } from './tone-filter.ts';
import type { ToneAdjustment } from './tone-table.ts';

/** Who moved the view: a pane that follows must not lead in turn. */
export type MoveOrigin = 'reader' | 'link' | 'address' | 'resize';

/** What can be said about the field that is on the screen now. */
export interface FieldReport {
  /** A first complete field was drawn: from now on something always lies in the pane. */
  readonly hasPicture: boolean;
  /** Every tile of the field is there at the finest level that the screen can show. */
  readonly isComplete: boolean;
  readonly failed: number;
  readonly waiting: number;
  /** A tile was refused because nobody is signed in any more. */
  readonly isUnsigned: boolean;
}

interface Needs {
  /** The queue of tiles that all panes share. */
  readonly downloads: TileDownloads<ImageBitmap>;
  readonly line: () => MeasuredLine;
  readonly later: (delayMs: number, task: () => void) => () => void;
}

interface Options {
  /** Filled by the viewer, emptied by dispose(). */
  readonly element: HTMLElement;
  readonly slide: ServedSlide;
  /** Null: the whole slide. */
  readonly view: ViewState | null;
  /** Level-0 pixels per CSS pixel that can be reached however small the slide is: the lowest preset. */
  readonly farthest: number;
  /** All of it has arrived. Before, what is fetched ahead would be taken for what a reader waits for. */
  readonly isWhole: boolean;
}

/** Eight screen pixels for one scanned one: beyond, there is nothing more to see. */
const CLOSEST = 1 / 8;
const EMPTY_FIELD: FieldReport = {
  hasPicture: false,
  isComplete: false,
  failed: 0,
  waiting: 0,
  isUnsigned: false,
};

function sizeOf(element: HTMLElement): ScreenSize {
  return {
    widthPx: Math.max(1, element.clientWidth),
    heightPx: Math.max(1, element.clientHeight),
  };
}

function prefersStillness(): boolean {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** One slide in one pane: where it is looked at, what is loaded, and how it is drawn. */
export class SlideViewer {
  readonly #stage: OsdStage;
  readonly #tiles: PaneTiles;
  readonly #prefetch: FieldPrefetch;
  readonly #tone: ToneFilter;
  readonly #slide: ServedSlide;
  readonly #farthest: number;
  readonly #isWhole: boolean;
  readonly #observer: ResizeObserver;
  readonly #moveListeners = new Set<(origin: MoveOrigin) => void>();
  readonly #fieldListeners = new Set<() => void>();
  #pane: ScreenSize;
  #now: ViewState;
  #goal: ViewState;
  #field = EMPTY_FIELD;
  #drawn: readonly string[] = [];
  #frame: number | null = null;
  #origin: MoveOrigin = 'reader';

  constructor(
    { downloads, line, later }: Needs,
    { element, slide, view, farthest, isWhole }: Options,
  ) {
    this.#slide = slide;
    this.#farthest = farthest;
    this.#isWhole = isWhole;
    this.#pane = sizeOf(element);
    this.#now = limitView(view ?? this.fitting(), this.#limits());
    this.#goal = this.#now;
    this.#tiles = new PaneTiles(
      {
        downloads,
        later,
        sight: () => ({
          views: this.#lookedAt(),
          pane: this.#pane,
          density: window.devicePixelRatio,
        }),
        redraw: () => this.#stage.redraw(),
        onUnsigned: () => this.#report({ ...this.#field, isUnsigned: true }),
      },
      slide,
    );
    this.#prefetch = new FieldPrefetch({ downloads, line }, slide);
    this.#stage = new OsdStage(
      {
        beginTile: (order, isUnderlay) => this.#tiles.begin(order, isUnderlay),
        onDrawn: (paths) => this.#takeDrawn(paths),
        onLoadedChange: () => this.#assess(),
      },
      element,
      slide,
    );
    this.#tone = addToneFilter(element, this.#stage.canvas);
    this.#observer = new ResizeObserver(() => this.#fitPane(sizeOf(element)));
    this.#observer.observe(element);
    this.#stage.resize(this.#pane);
    this.#stage.show(this.#now, this.#pane, true);
  }

  /** What is shown in this frame. */
  view(): ViewState {
    return this.#now;
  }

  /** Where the camera is going; the same as view() at rest. This is what an address keeps. */
  goal(): ViewState {
    return this.#goal;
  }

  paneSize(): ScreenSize {
    return this.#pane;
  }

  /** The whole slide, upright. */
  fitting(): ViewState {
    return fitView(this.#slide.pyramid, this.#pane);
  }

  /** Glides to a view, or jumps there (dragging, following, restoring). */
  moveTo(view: ViewState, how: { readonly origin: MoveOrigin; readonly jump?: boolean }): void {
    this.#goal = limitView(view, this.#limits());
    this.#origin = how.origin;
    if (how.jump === true || prefersStillness()) this.#arriveAt(this.#goal);
    else {
      this.#prefetch.approach(this.#region(this.#goal));
      this.#animate();
    }
  }

  onMove(listener: (origin: MoveOrigin) => void): () => void {
    this.#moveListeners.add(listener);
    return () => this.#moveListeners.delete(listener);
  }

  /** The same object until something about the field changes. */
  field(): FieldReport {
    return this.#field;
  }

  onField(listener: () => void): () => void {
    this.#fieldListeners.add(listener);
    return () => this.#fieldListeners.delete(listener);
  }

  /** While the slide arrives: these chunks of its upload are there. */
  noteArrived(arrived: readonly Run[]): void {
    this.#tiles.noteArrived(arrived);
  }

  retryFailed(): void {
    this.#report({ ...this.#field, isUnsigned: false });
    this.#tiles.retryFailed();
  }

  adjustTone(tone: ToneAdjustment): void {
    this.#tone.apply(tone);
  }

  /** What is seen, without adjustments, in device pixels. */
  picture(): HTMLCanvasElement {
    return this.#stage.canvas;
  }

  dispose(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#observer.disconnect();
    this.#moveListeners.clear();
    this.#fieldListeners.clear();
    this.#prefetch.dispose();
    this.#tiles.dispose();
    this.#tone.dispose();
    this.#stage.dispose();
  }

  /** On the way through other scales, only the goal is worth a tile: what lies between is gone in a moment. */
  #lookedAt(): readonly ViewState[] {
    const isZooming = this.#now.pxPerScreenPx !== this.#goal.pxPerScreenPx;
    return isZooming ? [this.#goal] : [this.#now, this.#goal];
  }

  #region(view: ViewState): RegionOfInterest {
    return { view, pane: this.#pane, density: window.devicePixelRatio };
  }

  #limits(): CameraLimits {
    const { widthPx, heightPx } = this.#slide.pyramid;
    const farthest = Math.max(this.#farthest, this.fitting().pxPerScreenPx * 2);
    return { slideWidthPx: widthPx, slideHeightPx: heightPx, closest: CLOSEST, farthest };
  }

  #arriveAt(view: ViewState): void {
    this.#now = view;
    this.#stage.show(view, this.#pane, view === this.#goal);
    this.#tiles.dropUnwanted();
    for (const listener of this.#moveListeners) listener(this.#origin);
  }

  #animate(): void {
    if (this.#frame !== null) return;
    let lastMs = performance.now();
    const step = (nowMs: number) => {
      const next = stepCamera(this.#now, this.#goal, Math.max(1, nowMs - lastMs));
      lastMs = nowMs;
      this.#frame = next === this.#goal ? null : requestAnimationFrame(step);
      this.#arriveAt(next);
    };
    this.#frame = requestAnimationFrame(step);
  }

  #fitPane(pane: ScreenSize): void {
    if (pane.widthPx === this.#pane.widthPx && pane.heightPx === this.#pane.heightPx) return;
    this.#pane = pane;
    this.#origin = 'resize';
    this.#stage.resize(pane);
    this.#arriveAt(this.#now);
  }

  #takeDrawn(paths: readonly string[]): void {
    this.#drawn = paths;
    this.#assess();
  }

  #assess(): void {
    const { failed, waiting } = this.#tiles.countMarks(this.#drawn);
    const isLoaded = this.#stage.isFullyLoaded();
    this.#stage.showUnderlay(!isLoaded || waiting > 0);
    const isComplete = this.#stage.isFieldLoaded() && failed === 0 && waiting === 0;
    const hasPicture = this.#field.hasPicture || isLoaded;
    if (isComplete && this.#isWhole && this.#now === this.#goal)
      this.#prefetch.rest(this.#region(this.#now));
    this.#report({ ...this.#field, hasPicture, isComplete, failed, waiting });
  }

  #report(next: FieldReport): void {
    const now = this.#field;
    const isSame =
      next.hasPicture === now.hasPicture &&
      next.isComplete === now.isComplete &&
      next.failed === now.failed &&
      next.waiting === now.waiting &&
      next.isUnsigned === now.isUnsigned;
    if (isSame) return;
    this.#field = next;
    for (const listener of this.#fieldListeners) listener();
  }
}

/** Opens a slide in an element. Whoever opens it disposes of it. */
export function createSlideViewer(needs: Needs, options: Options): SlideViewer {
  return new SlideViewer(needs, options);
}
