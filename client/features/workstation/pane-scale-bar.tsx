import { useEffect, useRef } from 'react';
import { meanMpp, micronsPerScreenPx } from '../../../shared/geometry/magnification.ts';
import {
  type ScaleBar,
  scaleBarInMicrons,
  scaleBarInPixels,
} from '../../../shared/geometry/scale-bar.ts';
import { screenPoint } from '../../../shared/geometry/spaces.ts';
import { screenToSlide, type ViewState } from '../../../shared/geometry/view-state.ts';
import type { Mpp } from '../../../shared/slide/slide.ts';
import { useFormats } from '../../app/formats.ts';
import type { PaneId } from '../../state/workstation-composition.ts';
import type { SlideViewer } from '../../viewer/slide-viewer.ts';
import type { PanePosition } from './pane-position.ts';
import { usePaneViewer, useView } from './use-viewer.ts';

const LONGEST_PX = 160;

interface PaneScaleBarProps {
  readonly pane: PaneId;
  readonly mpp: Mpp | null;
  readonly position: PanePosition;
}

function barOf(view: ViewState, mpp: Mpp | null): ScaleBar {
  return mpp === null
    ? scaleBarInPixels(view.pxPerScreenPx, LONGEST_PX)
    : scaleBarInMicrons(micronsPerScreenPx(mpp, view.pxPerScreenPx), LONGEST_PX);
}

/** The scale bar, and beside it the place under the pointer (or in the middle, for readers without one). */
export function PaneScaleBar({ pane, mpp, position }: PaneScaleBarProps) {
  const viewer = usePaneViewer(pane);
  const view = useView(viewer);
  const formats = useFormats();
  if (viewer === null || view === null) return null;
  const bar = barOf(view, mpp);
  return (
    <div className="pane-scale">
      <span className="pane-scale-text" data-testid={`scale-${pane}`}>
        {formats.number(bar.length)} {bar.unit}
      </span>
      <span className="pane-scale-bar" style={{ width: `${bar.widthPx}px` }} />
      <PointerPlace viewer={viewer} mpp={mpp} position={position} />
    </div>
  );
}

/** Always three digits after the point: the text must not dance under a moving pointer. */
function millimetres(px: number, mpp: Mpp): string {
  return ((px * meanMpp(mpp)) / 1000).toFixed(3);
}

interface PointerPlaceProps {
  readonly viewer: SlideViewer;
  readonly mpp: Mpp | null;
  readonly position: PanePosition;
}

/** Written straight into the page: it changes with every movement of the pointer. */
function PointerPlace({ viewer, mpp, position }: PointerPlaceProps) {
  const output = useRef<HTMLSpanElement>(null);
  const formats = useFormats();
  useEffect(() => {
    function write(): void {
      const pane = viewer.paneSize();
      const at = position.get() ?? screenPoint(pane.widthPx / 2, pane.heightPx / 2);
      const { x, y } = screenToSlide(viewer.view(), pane, at);
      if (output.current === null) return;
      output.current.textContent =
        mpp === null
          ? `${formats.number(Math.round(x))}, ${formats.number(Math.round(y))} px`
          : `${millimetres(x, mpp)}, ${millimetres(y, mpp)} mm`;
    }
    write();
    const stops = [viewer.onMove(write), position.subscribe(write)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [viewer, mpp, position, formats]);
  return <span className="pane-place" ref={output} />;
}
