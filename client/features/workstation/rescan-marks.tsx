import { useEffect, useRef } from 'react';
import { boxCorners } from '../../../shared/geometry/box-corners.ts';
import type { SlideBox } from '../../../shared/geometry/slide-box.ts';
import { slideToScreen } from '../../../shared/geometry/view-state.ts';
import type { SlideId } from '../../../shared/ids.ts';
import { isOpen, type Rescan } from '../../../shared/rescan/rescan.ts';
import type { PaneId } from '../../state/workstation-composition.ts';
import type { SlideViewer } from '../../viewer/slide-viewer.ts';
import './rescan.css';
import { useRescans } from './use-rescans.ts';
import { usePaneViewer } from './use-viewer.ts';

interface RescanMarksProps {
  readonly pane: PaneId;
  readonly slideId: SlideId;
}

type Boxed = Rescan & { readonly box: SlideBox };

const hasBox = (rescan: Rescan): rescan is Boxed => rescan.box !== null && isOpen(rescan.state);

/** The boxes of requests that are not settled, on the slide. */
export function RescanMarks({ pane, slideId }: RescanMarksProps) {
  const viewer = usePaneViewer(pane);
  const boxed = (useRescans(slideId).data ?? []).filter(hasBox);
  if (viewer === null || boxed.length === 0) return null;
  return <Boxes viewer={viewer} boxed={boxed} />;
}

interface BoxesProps {
  readonly viewer: SlideViewer;
  readonly boxed: readonly Boxed[];
}

/** Moves with the picture, frame by frame, without asking React. */
function Boxes({ viewer, boxed }: BoxesProps) {
  const svg = useRef<SVGSVGElement>(null);
  useEffect(() => {
    function draw(): void {
      const view = viewer.view();
      const pane = viewer.paneSize();
      for (const [at, { box }] of boxed.entries()) {
        const points = boxCorners(box)
          .map((corner) => slideToScreen(view, pane, corner))
          .map(({ x, y }) => `${x.toFixed(2)},${y.toFixed(2)}`)
          .join(' ');
        svg.current?.children[at]?.setAttribute('points', points);
      }
    }
    draw();
    return viewer.onMove(draw);
  }, [viewer, boxed]);
  return (
    <svg ref={svg} className="rescan-marks" aria-hidden="true" data-testid="rescan-marks">
      {boxed.map(({ id, state }) => (
        <polygon key={id} data-state={state.kind} data-rescan={id} />
      ))}
    </svg>
  );
}
