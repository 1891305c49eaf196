import {
  follow,
  invertLink,
  linkHere,
  SAME_PLACE,
  type SlideLink,
} from '../../shared/geometry/slide-link.ts';
import type { ViewState } from '../../shared/geometry/view-state.ts';
import type { MoveOrigin } from './slide-viewer.ts';

/** A pane as far as linking needs it; a SlideViewer is one. */
export interface LinkedPane {
  readonly view: () => ViewState;
  readonly goal: () => ViewState;
  readonly moveTo: (
    view: ViewState,
    how: { readonly origin: MoveOrigin; readonly jump?: boolean },
  ) => void;
  readonly onMove: (listener: (origin: MoveOrigin) => void) => () => void;
}

interface Member {
  readonly pane: LinkedPane;
  /** µm per level-0 pixel, when known now: panes are then locked at the same magnification. */
  readonly micronsPerPx: () => number | null;
}

/**
 * Panes that move together. Each knows how its slide lies on a common frame; whichever the reader moves leads,
 * the others follow in the same frame. What follows never leads: its moves have another origin.
 */
export class LinkedViewers {
  readonly #members = new Map<string, Member>();
  /** Common frame → slide of the pane; null while the panes are free. */
  #frames: Map<string, SlideLink> | null = null;

  /** Returns how to take the pane out again. While locked, a new pane joins where it stands. */
  add(id: string, pane: LinkedPane, micronsPerPx: () => number | null): () => void {
    this.#members.set(id, { pane, micronsPerPx });
    const stopListening = pane.onMove((origin) => {
      if (origin === 'reader') this.#lead(id);
    });
    if (this.#frames !== null) this.#relock(id);
    return () => {
      stopListening();
      this.#members.delete(id);
      this.#frames?.delete(id);
    };
  }

  get isLocked(): boolean {
    return this.#frames !== null;
  }

  /**
   * "Lock here": from now on all panes keep the offset, rotation and scale that they have to each other.
   * @param levelTo the pane to whose magnification calibrated panes are brought first; null: none is
   */
  lock(levelTo: string | null): void {
    if (levelTo !== null) this.#levelMagnification(levelTo);
    const reference = [...this.#members.values()][0]?.pane.goal();
    this.#frames = new Map();
    if (reference === undefined) return;
    for (const [id, { pane }] of this.#members) {
      this.#frames.set(id, linkHere(reference, pane.goal()));
    }
  }

  unlock(): void {
    this.#frames = null;
  }

  /** Moves one pane alone; while locked, that sets its offset to the others. */
  moveAlone(id: string, view: ViewState, jump: boolean): void {
    const pane = this.#members.get(id)?.pane;
    if (pane === undefined) return;
    pane.moveTo(view, { origin: 'link', jump });
    if (this.#frames !== null) this.#relock(id);
  }

  #lead(id: string): void {
    const leader = this.#members.get(id);
    const frame = this.#frames?.get(id);
    if (leader === undefined || frame === undefined || this.#frames === null) return;
    const common = follow(invertLink(frame), leader.pane.view());
    for (const [other, { pane }] of this.#members) {
      const theirs = this.#frames.get(other);
      if (other === id || theirs === undefined) continue;
      pane.moveTo(follow(theirs, common), { origin: 'link', jump: true });
    }
  }

  /** The common frame as some other locked pane shows it now, against this pane's own view. */
  #relock(id: string): void {
    const mine = this.#members.get(id);
    if (mine === undefined || this.#frames === null) return;
    const partner = [...this.#frames].find(([other]) => other !== id && this.#members.has(other));
    if (partner === undefined) {
      this.#frames.set(id, SAME_PLACE);
      return;
    }
    const [otherId, frame] = partner;
    const other = this.#members.get(otherId);
    if (other === undefined) return;
    const common = follow(invertLink(frame), other.pane.goal());
    this.#frames.set(id, linkHere(common, mine.pane.goal()));
  }

  #levelMagnification(to: string): void {
    const model = this.#members.get(to);
    const scale = model?.micronsPerPx() ?? null;
    if (model === undefined || scale === null) return;
    const microns = model.pane.goal().pxPerScreenPx * scale;
    for (const [id, { pane, micronsPerPx }] of this.#members) {
      const theirs = micronsPerPx();
      if (id === to || theirs === null) continue;
      const view = { ...pane.goal(), pxPerScreenPx: microns / theirs };
      pane.moveTo(view, { origin: 'link', jump: true });
    }
  }
}
