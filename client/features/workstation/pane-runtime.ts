import type { ViewState } from '../../../shared/geometry/view-state.ts';
import type { SlideId } from '../../../shared/ids.ts';
import { PANE_IDS, type PaneId } from '../../state/workstation-composition.ts';
import type { PaneViews } from '../../state/workstation-address.ts';
import { LinkedViewers } from '../../viewer/linked-viewers.ts';
import type { SlideViewer } from '../../viewer/slide-viewer.ts';

interface OpenPane {
  readonly slideId: SlideId;
  readonly viewer: SlideViewer;
}

/** Where a slide that is about to open in a pane should stand. */
interface IntendedView {
  readonly slideId: SlideId;
  readonly view: ViewState;
}

/** The viewers that stand on the screen now. What they show is asked of them, here is only who they are. */
export class PaneRuntime {
  readonly links = new LinkedViewers();
  readonly #panes = new Map<PaneId, OpenPane>();
  readonly #intended = new Map<PaneId, IntendedView>();
  readonly #openListeners = new Set<() => void>();
  readonly #moveListeners = new Set<() => void>();
  readonly #leaveListeners = new Set<() => void>();

  /** Returns how to take it out again; the viewer itself is disposed of by whoever opened it. */
  add(pane: PaneId, open: OpenPane, micronsPerPx: () => number | null): () => void {
    this.#panes.set(pane, open);
    const leaveLinks = this.links.add(pane, open.viewer, micronsPerPx);
    const stopListening = open.viewer.onMove(() => notify(this.#moveListeners));
    notify(this.#openListeners);
    notify(this.#moveListeners);
    return () => {
      stopListening();
      leaveLinks();
      // A slide that is opened again in a new revision goes on where it was.
      this.intend(pane, open.slideId, open.viewer.goal());
      this.#panes.delete(pane);
      notify(this.#openListeners);
    };
  }

  viewer(pane: PaneId): SlideViewer | null {
    return this.#panes.get(pane)?.viewer ?? null;
  }

  viewers(): readonly SlideViewer[] {
    return [...this.#panes.values()].map((open) => open.viewer);
  }

  slideIn(pane: PaneId): SlideId | null {
    return this.#panes.get(pane)?.slideId ?? null;
  }

  /** Says where a slide should stand when it opens in a pane; it does not hold for another slide. */
  intend(pane: PaneId, slideId: SlideId, view: ViewState): void {
    this.#intended.set(pane, { slideId, view });
  }

  /** The view intended for this slide, once; null: the whole slide. */
  takeIntended(pane: PaneId, slideId: SlideId): ViewState | null {
    const intended = this.#intended.get(pane);
    this.#intended.delete(pane);
    return intended?.slideId === slideId ? intended.view : null;
  }

  /** Where each open pane is going: what the address keeps. */
  goals(): PaneViews {
    const views: Partial<Record<PaneId, ViewState>> = {};
    for (const pane of PANE_IDS) {
      const viewer = this.viewer(pane);
      if (viewer !== null) views[pane] = viewer.goal();
    }
    return views;
  }

  onOpen(listener: () => void): () => void {
    this.#openListeners.add(listener);
    return () => this.#openListeners.delete(listener);
  }

  /** The page is about to be left against the reader's will: what is to be found again is kept now. */
  prepareToLeave(): void {
    notify(this.#leaveListeners);
  }

  onLeave(listener: () => void): () => void {
    this.#leaveListeners.add(listener);
    return () => this.#leaveListeners.delete(listener);
  }

  onMove(listener: () => void): () => void {
    this.#moveListeners.add(listener);
    return () => this.#moveListeners.delete(listener);
  }
}

function notify(listeners: ReadonlySet<() => void>): void {
  for (const listener of listeners) listener();
}
