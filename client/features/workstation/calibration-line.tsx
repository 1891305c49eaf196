import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { type ScreenPoint, screenPoint, type SlidePoint } from '../../../shared/geometry/spaces.ts';
import { screenToSlide, slideToScreen } from '../../../shared/geometry/view-state.ts';
import type { SlideId } from '../../../shared/ids.ts';
import { useWords } from '../../app/i18n.ts';
import type { PaneId } from '../../state/workstation-composition.ts';
import { markEnd, useCalibration } from '../../state/workstation-calibration.ts';
import { Button } from '../../ui/button.tsx';
import type { SlideViewer } from '../../viewer/slide-viewer.ts';
import { type Direction, panPane } from './pane-actions.ts';
import { slideDetailsWords } from './slide-details-words.ts';
import { usePaneViewer, useView } from './use-viewer.ts';
import { useWorkstationContext } from './workstation-context.ts';

interface CalibrationLineProps {
  readonly pane: PaneId;
  readonly slideId: SlideId;
}

/** Two marks on the slide, by pointer, or by moving the slide under a cross and pressing Enter. */
export function CalibrationLine({ pane, slideId }: CalibrationLineProps) {
  const { calibration } = useWorkstationContext();
  const state = useCalibration(calibration);
  const viewer = usePaneViewer(pane);
  if (state.kind !== 'drawing' || viewer === null) return null;
  if (state.draft.pane !== pane || state.draft.slideId !== slideId) return null;
  return <DrawingSurface viewer={viewer} from={state.from} />;
}

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

interface DrawingSurfaceProps {
  readonly viewer: SlideViewer;
  readonly from: SlidePoint | null;
}

function middleOf(viewer: SlideViewer): ScreenPoint {
  const { widthPx, heightPx } = viewer.paneSize();
  return screenPoint(widthPx / 2, heightPx / 2);
}

function DrawingSurface({ viewer, from }: DrawingSurfaceProps) {
  const t = useWords(slideDetailsWords);
  const { calibration } = useWorkstationContext();
  const surface = useRef<HTMLDivElement>(null);
  const [pointer, setPointer] = useState<ScreenPoint | null>(null);
  useView(viewer);
  useEffect(() => surface.current?.focus(), []);

  function cancel(): void {
    calibration.setState(
      (now) => (now.kind === 'drawing' ? { kind: 'form', draft: now.draft } : now),
      true,
    );
  }

  function mark(at: ScreenPoint): void {
    const place = screenToSlide(viewer.view(), viewer.paneSize(), at);
    calibration.setState((now) => markEnd(now, place), true);
  }

  function pressKey(event: KeyboardEvent): void {
    const direction = ARROWS[event.key];
    if (event.key === 'Enter') mark(middleOf(viewer));
    else if (event.key === 'Escape') cancel();
    else if (direction !== undefined) panPane(viewer, direction, event.shiftKey);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function at(event: PointerEvent): ScreenPoint {
    const box = event.currentTarget.getBoundingClientRect();
    return screenPoint(event.clientX - box.left, event.clientY - box.top);
  }

  const said = from === null ? t('drawFirst') : t('drawSecond');
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- it is an application */}
      <div
        ref={surface}
        className="calibration-surface"
        role="application"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- marks are set with keys too
        tabIndex={0}
        aria-label={said}
        onPointerMove={(event) => setPointer(at(event))}
        onPointerUp={(event) => mark(at(event))}
        onKeyDown={pressKey}
      >
        <LineMarks viewer={viewer} from={from} to={pointer ?? middleOf(viewer)} />
      </div>
      <SayBar said={said} onCancel={cancel} />
    </>
  );
}

interface SayBarProps {
  readonly said: string;
  readonly onCancel: () => void;
}

function SayBar({ said, onCancel }: SayBarProps) {
  const t = useWords(slideDetailsWords);
  return (
    <div className="calibration-say">
      <span>{said}</span>
      <Button size="small" onPress={onCancel}>
        {t('drawCancel')}
      </Button>
    </div>
  );
}

interface LineMarksProps {
  readonly viewer: SlideViewer;
  readonly from: SlidePoint | null;
  readonly to: ScreenPoint;
}

function LineMarks({ viewer, from, to }: LineMarksProps) {
  const middle = middleOf(viewer);
  const start = from === null ? null : slideToScreen(viewer.view(), viewer.paneSize(), from);
  return (
    <svg className="calibration-marks" aria-hidden="true">
      <path d={`M${middle.x - 12} ${middle.y}h24M${middle.x} ${middle.y - 12}v24`} />
      {start === null ? null : (
        <>
          <line x1={start.x} y1={start.y} x2={to.x} y2={to.y} />
          <circle cx={start.x} cy={start.y} r={4} />
        </>
      )}
    </svg>
  );
}
