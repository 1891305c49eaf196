import {
  panesOf,
  withLayout,
  type WorkstationLayout,
} from '../../state/workstation-composition.ts';
import type { WorkstationContextValue } from './workstation-context.ts';

/** Panes that appear begin with the slide of the active pane, at the very place where it is. */
export function changeLayout(
  { store, runtime }: Pick<WorkstationContextValue, 'store' | 'runtime'>,
  layout: WorkstationLayout,
): void {
  const now = store.getState();
  const next = withLayout(now, layout);
  const model = runtime.viewer(now.active)?.goal();
  const slideId = now.slides[now.active];
  if (model !== undefined && slideId !== null) {
    for (const pane of panesOf(layout)) {
      if (runtime.viewer(pane) === null && now.slides[pane] === null) {
        runtime.intend(pane, slideId, model);
      }
    }
  }
  store.setState(next, true);
}
