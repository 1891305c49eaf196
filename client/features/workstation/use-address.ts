import { useEffect, useRef } from 'react';
import type { SlideId } from '../../../shared/ids.ts';
import {
  composeFrom,
  formatAddress,
  parseAddress,
  type WorkstationAddress,
  type WorkstationSearch,
} from '../../state/workstation-address.ts';
import { panesOf, type WorkstationStore } from '../../state/workstation-composition.ts';
import type { PaneRuntime } from './pane-runtime.ts';

interface Needs {
  readonly store: WorkstationStore;
  readonly runtime: PaneRuntime;
}

interface Address {
  readonly slideId: SlideId;
  readonly search: WorkstationSearch;
  readonly onSearchChange: (next: WorkstationSearch) => void;
}

/** The address is written when the hand rests, not in every frame: browsers refuse more than some per second. */
const WRITE_AFTER_MS = 250;
/** Our own writings come back as props, perhaps after the next one was sent; these are not news. */
const REMEMBERED_WRITINGS = 20;

function textOf(search: WorkstationSearch): string {
  return JSON.stringify(Object.entries(search).toSorted(([a], [b]) => a.localeCompare(b)));
}

/** Panes that are about to open stand where the address says. */
export function intendViews(runtime: PaneRuntime, address: WorkstationAddress): void {
  for (const pane of panesOf(address.layout)) {
    const [slideId, view] = [address.slides[pane], address.views[pane]];
    if (slideId !== undefined && view !== undefined) runtime.intend(pane, slideId, view);
  }
}

/** Shows what an address asks for: the layout, each pane's slide, and each view exactly. */
function applyAddress(
  { store, runtime }: Needs,
  slideId: SlideId,
  search: WorkstationSearch,
): void {
  const address = parseAddress(slideId, search);
  intendViews(runtime, address);
  for (const pane of panesOf(address.layout)) {
    const view = address.views[pane];
    if (view === undefined || runtime.slideIn(pane) !== address.slides[pane]) continue;
    runtime.viewer(pane)?.moveTo(view, { origin: 'address', jump: true });
  }
  store.setState((now) => composeFrom(address, now), true);
}

/** Keeps the address bar and the workstation the same, whichever changes. */
export function useAddress(needs: Needs, address: Address): void {
  const { store, runtime } = needs;
  const newest = useRef(address);
  const written = useRef<string[]>([textOf(address.search)]);
  useEffect(() => {
    newest.current = address;
  });

  const { slideId, search } = address;
  useEffect(() => {
    const isOurs = written.current.includes(textOf(search));
    if (isOurs && store.getState().slides.a === slideId) return;
    applyAddress({ store, runtime }, slideId, search);
  }, [store, runtime, slideId, search]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    function write(): void {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      const now = store.getState();
      if (runtime.slideIn('a') !== newest.current.slideId) return;
      const next = formatAddress(now, runtime.goals());
      if (textOf(next) === textOf(newest.current.search)) return;
      written.current = [...written.current, textOf(next)].slice(-REMEMBERED_WRITINGS);
      newest.current.onSearchChange(next);
    }
    function writeSoon(): void {
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(write, WRITE_AFTER_MS);
    }
    const stops = [runtime.onMove(writeSoon), store.subscribe(writeSoon), runtime.onLeave(write)];
    return () => {
      for (const stop of stops) stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [store, runtime]);
}
