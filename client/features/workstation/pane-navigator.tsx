import { type PointerEvent, useEffect, useRef } from 'react';
import { cornersOf } from '../../../shared/geometry/view-state.ts';
import type { Pyramid } from '../../../shared/slide/pyramid.ts';
import { useWords } from '../../app/i18n.ts';
import type { PaneId } from '../../state/workstation-composition.ts';
import type { SlideViewer } from '../../viewer/slide-viewer.ts';
import { usePaneViewer } from './use-viewer.ts';
import { workstationWords } from './workstation-words.ts';

interface PaneNavigatorProps {
  readonly pane: PaneId;
  readonly pyramid: Pyramid;
  readonly thumbnail: string;
}

const LONGEST_PX = 168;
const TALLEST_PX = 132;
/** A field smaller than this on the overview is drawn as a cross as well, or it would be lost. */
const LEAST_SEEN_PX = 10;

function sizeOf(pyramid: Pyramid) {
  const scale = Math.min(LONGEST_PX / pyramid.widthPx, TALLEST_PX / pyramid.heightPx);
  return { scale, width: pyramid.widthPx * scale, height: pyramid.heightPx * scale };
}

/** Draws the field on the overview, frame by frame, without asking React. */
function useFieldMark(
  viewer: SlideViewer | null,
  scale: number,
  mark: React.RefObject<SVGPolygonElement | null>,
  cross: React.RefObject<SVGPathElement | null>,
): void {
  useEffect(() => {
    if (viewer === null) return undefined;
    const shown = viewer;
    function draw(): void {
      const view = shown.view();
      const pane = shown.paneSize();
      const corners = cornersOf(view, pane)
        .map((corner) => `${(corner.x * scale).toFixed(1)},${(corner.y * scale).toFixed(1)}`)
        .join(' ');
      mark.current?.setAttribute('points', corners);
      const isSmall = pane.widthPx * view.pxPerScreenPx * scale < LEAST_SEEN_PX;
      const [x, y] = [(view.x * scale).toFixed(1), (view.y * scale).toFixed(1)];
      cross.current?.setAttribute('d', isSmall ? `M${x} 0V1e3M0 ${y}H1e3` : '');
    }
    draw();
    return shown.onMove(draw);
  }, [viewer, scale, mark, cross]);
}

/** The whole slide with the field on it. A pointer brings the field along; the keys of the pane do the same. */
export function PaneNavigator({ pane, pyramid, thumbnail }: PaneNavigatorProps) {
  const t = useWords(workstationWords);
  const viewer = usePaneViewer(pane);
  const mark = useRef<SVGPolygonElement>(null);
  const cross = useRef<SVGPathElement>(null);
  const { scale, width, height } = sizeOf(pyramid);
  useFieldMark(viewer, scale, mark, cross);

  function goTo(event: PointerEvent<SVGSVGElement>, jump: boolean): void {
    if (viewer === null || event.buttons !== 1) return;
    const box = event.currentTarget.getBoundingClientRect();
    const x = (event.clientX - box.left) / scale;
    const y = (event.clientY - box.top) / scale;
    viewer.moveTo({ ...viewer.goal(), x, y }, { origin: 'reader', jump });
  }

  function begin(event: PointerEvent<SVGSVGElement>): void {
    event.currentTarget.setPointerCapture(event.pointerId);
    goTo(event, false);
  }

  return (
    <div className="navigator" style={{ width, height }}>
      <img src={thumbnail} alt="" draggable={false} />
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={t('navigator')}
        onPointerDown={begin}
        onPointerMove={(event) => goTo(event, true)}
      >
        <path ref={cross} className="navigator-cross" />
        <polygon ref={mark} className="navigator-field" />
      </svg>
    </div>
  );
}
