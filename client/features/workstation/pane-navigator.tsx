import { type PointerEvent, useEffect, useRef } from 'react';
import type { ScreenSize } from '../../../shared/geometry/spaces.ts';
import { cornersOf } from '../../../shared/geometry/view-state.ts';
import type { Pyramid } from '../../../shared/slide/pyramid.ts';
import type { SlideDetail } from '../../../shared/slide/slide.ts';
import { useWords } from '../../app/i18n.ts';
import type { PaneId } from '../../state/workstation-composition.ts';
import type { SlideViewer } from '../../viewer/slide-viewer.ts';
import { CoverageStrip } from './coverage-strip.tsx';
import { usePaneViewer, useView } from './use-viewer.ts';
import { workstationWords } from './workstation-words.ts';

interface PaneNavigatorProps {
  readonly pane: PaneId;
  readonly slide: SlideDetail;
  readonly pyramid: Pyramid;
  readonly thumbnail: string;
}

const LONGEST_PX = 168;
const TALLEST_PX = 132;
/** In a small pane the slide needs the room more than its overview does. */
const PANE_SHARE = 0.3;
/** A field smaller than this on the overview is drawn as a cross as well, or it would be lost. */
const LEAST_SEEN_PX = 10;

function sizeOf(pyramid: Pyramid, pane: ScreenSize) {
  const longestPx = Math.min(LONGEST_PX, pane.widthPx * PANE_SHARE);
  const tallestPx = Math.min(TALLEST_PX, pane.heightPx * PANE_SHARE);
  const scale = Math.min(longestPx / pyramid.widthPx, tallestPx / pyramid.heightPx);
  return { scale, width: pyramid.widthPx * scale, height: pyramid.heightPx * scale };
}

/** Draws the field on the overview, frame by frame, without asking React. */
function useFieldMark(
  viewer: SlideViewer,
  scale: number,
  mark: React.RefObject<SVGPolygonElement | null>,
  cross: React.RefObject<SVGPathElement | null>,
): void {
  useEffect(() => {
    function draw(): void {
      const view = viewer.view();
      const pane = viewer.paneSize();
      const corners = cornersOf(view, pane)
        .map((corner) => `${(corner.x * scale).toFixed(1)},${(corner.y * scale).toFixed(1)}`)
        .join(' ');
      mark.current?.setAttribute('points', corners);
      const isSmall = pane.widthPx * view.pxPerScreenPx * scale < LEAST_SEEN_PX;
      const [x, y] = [(view.x * scale).toFixed(1), (view.y * scale).toFixed(1)];
      cross.current?.setAttribute('d', isSmall ? `M${x} 0V1e3M0 ${y}H1e3` : '');
    }
    draw();
    return viewer.onMove(draw);
  }, [viewer, scale, mark, cross]);
}

/** The whole slide with the field on it. A pointer brings the field along; the keys of the pane do the same. */
export function PaneNavigator({ pane, ...rest }: PaneNavigatorProps) {
  const viewer = usePaneViewer(pane);
  const view = useView(viewer);
  if (viewer === null || view === null) return null;
  // With the whole slide in the field, its overview only hides a part of it.
  const isWhole = view.pxPerScreenPx > viewer.fitting().pxPerScreenPx * 0.98;
  return isWhole ? null : <Overview viewer={viewer} {...rest} />;
}

interface OverviewProps {
  readonly viewer: SlideViewer;
  readonly slide: SlideDetail;
  readonly pyramid: Pyramid;
  readonly thumbnail: string;
}

function Overview({ viewer, slide, pyramid, thumbnail }: OverviewProps) {
  const t = useWords(workstationWords);
  const mark = useRef<SVGPolygonElement>(null);
  const cross = useRef<SVGPathElement>(null);
  const { scale, width, height } = sizeOf(pyramid, viewer.paneSize());
  useFieldMark(viewer, scale, mark, cross);

  function goTo(event: PointerEvent<SVGSVGElement>, jump: boolean): void {
    if (event.buttons !== 1) return;
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
      {slide.status.kind === 'arriving' ? <CoverageStrip slide={slide} /> : null}
    </div>
  );
}
