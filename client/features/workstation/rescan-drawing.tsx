import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { boxBetween, boxCorners } from '../../../shared/geometry/box-corners.ts';
import { type ScreenPoint, screenPoint, type SlidePoint } from '../../../shared/geometry/spaces.ts';
import { screenToSlide, slideToScreen } from '../../../shared/geometry/view-state.ts';
import type { SlideId } from '../../../shared/ids.ts';
import { useWords } from '../../app/i18n.ts';
import type { PaneId } from '../../state/workstation-composition.ts';
import { markCorner, useRescanDrawing } from '../../state/workstation-rescan.ts';
import { Button } from '../../ui/button.tsx';
import type { SlideViewer } from '../../viewer/slide-viewer.ts';
import { type Direction, panPane } from './pane-actions.ts';
import { rescanWords } from './rescan-words.ts';
import './rescan.css';
import { usePaneViewer, useView } from './use-viewer.ts';
import { useWorkstationContext } from './workstation-context.ts';

interface RescanDrawingProps {
  readonly pane: PaneId;
  readonly slideId: SlideId;
}

/** A box on the slide: dragged, or by its two corners, or by moving the slide under a cross and pressing Enter. */
export function RescanDrawing({ pane, slideId }: RescanDrawingProps) {
  const { rescan } = useWorkstationContext();
  const state = useRescanDrawing(rescan);
  const viewer = usePaneViewer(pane);
  if (state.kind !== 'drawing' || viewer === null) return null;
  if (state.draft.pane !== pane || state.draft.slideId !== slideId) return null;
  return <BoxSurface viewer={viewer} from={state.from} />;
}

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};
/** A hand that clicks trembles; what moves further is dragged. */
const DRAG_PX = 5;

function middleOf(viewer: SlideViewer): ScreenPoint {
  const { widthPx, heightPx } = viewer.paneSize();
  return screenPoint(widthPx / 2, heightPx / 2);
}

function pointIn(event: PointerEvent): ScreenPoint {
  const box = event.currentTarget.getBoundingClientRect();
  return screenPoint(event.clientX - box.left, event.clientY - box.top);
}

function placeUnder(viewer: SlideViewer, at: ScreenPoint): SlidePoint {
  return screenToSlide(viewer.view(), viewer.paneSize(), at);
}

interface Press {
  readonly id: number;
  readonly at: ScreenPoint;
  /** The mark that was there before this press. */
  readonly hadFrom: boolean;
}

/** What the pointer does: a drag makes the box at once, a click marks one corner. */
function useBoxPointer(viewer: SlideViewer, from: SlidePoint | null) {
  const { rescan } = useWorkstationContext();
  const [pointer, setPointer] = useState<ScreenPoint | null>(null);
  const press = useRef<Press | null>(null);

  function mark(at: ScreenPoint): void {
    const view = viewer.view();
    rescan.setState((now) => markCorner(now, placeUnder(viewer, at), view), true);
  }

  function forgetCorner(): void {
    rescan.setState((now) => (now.kind === 'drawing' ? { ...now, from: null } : now), true);
  }

  return {
    pointer,
    mark,
    clear: () => setPointer(null),
    handlers: {
      onPointerDown: (event: PointerEvent) => {
        if (event.button !== 0) return;
        if (press.current !== null) {
          // A second finger: neither a drag nor a click is meant.
          press.current = null;
          forgetCorner();
          return;
        }
        event.currentTarget.setPointerCapture(event.pointerId);
        const at = pointIn(event);
        press.current = { id: event.pointerId, at, hadFrom: from !== null };
        setPointer(at);
        if (from === null) mark(at);
      },
      onPointerMove: (event: PointerEvent) => setPointer(pointIn(event)),
      onPointerUp: (event: PointerEvent) => {
        const begun = press.current;
        if (begun === null || begun.id !== event.pointerId) return;
        press.current = null;
        const at = pointIn(event);
        const isDrag = Math.hypot(at.x - begun.at.x, at.y - begun.at.y) > DRAG_PX;
        if (isDrag || begun.hadFrom) mark(at);
      },
      onPointerCancel: () => {
        if (press.current !== null && !press.current.hadFrom) forgetCorner();
        press.current = null;
      },
    },
  };
}

interface BoxSurfaceProps {
  readonly viewer: SlideViewer;
  readonly from: SlidePoint | null;
}

function BoxSurface({ viewer, from }: BoxSurfaceProps) {
  const t = useWords(rescanWords);
  const { rescan } = useWorkstationContext();
  const surface = useRef<HTMLDivElement>(null);
  const box = useBoxPointer(viewer, from);
  useView(viewer);
  useEffect(() => surface.current?.focus(), []);
  const close = () => rescan.setState({ kind: 'closed' }, true);

  function pressKey(event: KeyboardEvent): void {
    const direction = ARROWS[event.key];
    if (event.key === 'Enter') {
      box.clear();
      box.mark(middleOf(viewer));
    } else if (event.key === 'Escape') close();
    else if (direction !== undefined) {
      box.clear();
      panPane(viewer, direction, event.shiftKey);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const said = from === null ? t('drawFirst') : t('drawSecond');
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- it is an application */}
      <div
        ref={surface}
        className="rescan-surface"
        data-testid="rescan-surface"
        role="application"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- corners are marked with keys too
        tabIndex={0}
        aria-label={said}
        onKeyDown={pressKey}
        {...box.handlers}
      >
        <BoxMarks viewer={viewer} from={from} pointer={box.pointer} />
      </div>
      <div className="calibration-say">
        <span>{said}</span>
        <Button size="small" onPress={close}>
          {t('drawCancel')}
        </Button>
      </div>
    </>
  );
}

interface BoxMarksProps {
  readonly viewer: SlideViewer;
  readonly from: SlidePoint | null;
  /** null: the middle of the pane counts, as for whoever uses keys. */
  readonly pointer: ScreenPoint | null;
}

/** What is drawn is what will be stored, brought back to the screen: nothing else could be as honest. */
function BoxMarks({ viewer, from, pointer }: BoxMarksProps) {
  const middle = middleOf(viewer);
  const view = viewer.view();
  const pane = viewer.paneSize();
  const to = placeUnder(viewer, pointer ?? middle);
  const box = from === null ? null : boxBetween(from, to, view.rotation);
  const points =
    box === null
      ? ''
      : boxCorners(box)
          .map((corner) => slideToScreen(view, pane, corner))
          .map(({ x, y }) => `${x},${y}`)
          .join(' ');
  return (
    <svg className="calibration-marks" aria-hidden="true">
      {pointer === null ? (
        <path d={`M${middle.x - 12} ${middle.y}h24M${middle.x} ${middle.y - 12}v24`} />
      ) : null}
      <polygon points={points} className="rescan-new" />
    </svg>
  );
}
