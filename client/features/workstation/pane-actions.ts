import { scaleAtPreset } from '../../../shared/geometry/magnification.ts';
import { screenPoint } from '../../../shared/geometry/spaces.ts';
import {
  normaliseDegrees,
  panByScreen,
  rotateBy,
  type ViewState,
  zoomAt,
} from '../../../shared/geometry/view-state.ts';
import type { Mpp } from '../../../shared/slide/slide.ts';
import type { SlideViewer } from '../../viewer/slide-viewer.ts';

/** What keys and buttons do to a viewer. All of them glide, and begin where the last one was going. */
const glide = { origin: 'reader' } as const;
const PAN_SHARE = 0.15;

export type Direction = 'left' | 'right' | 'up' | 'down';

const STEPS: Readonly<Record<Direction, readonly [number, number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
};

function change(viewer: SlideViewer, to: (goal: ViewState) => ViewState): void {
  viewer.moveTo(to(viewer.goal()), glide);
}

/** By 15 % of the field, or by a whole field. */
export function panPane(viewer: SlideViewer, direction: Direction, isWholeField: boolean): void {
  const [x, y] = STEPS[direction];
  const share = isWholeField ? 1 : PAN_SHARE;
  const { widthPx, heightPx } = viewer.paneSize();
  change(viewer, (goal) => panByScreen(goal, x * share * widthPx, y * share * heightPx));
}

/** About the middle of the pane. */
export function scalePane(viewer: SlideViewer, pxPerScreenPx: number): void {
  const pane = viewer.paneSize();
  const middle = screenPoint(pane.widthPx / 2, pane.heightPx / 2);
  change(viewer, (goal) => zoomAt(goal, pane, middle, pxPerScreenPx));
}

export function zoomPane(viewer: SlideViewer, factor: number): void {
  scalePane(viewer, viewer.goal().pxPerScreenPx / factor);
}

export function showPreset(viewer: SlideViewer, mpp: Mpp | null, preset: number): void {
  scalePane(viewer, scaleAtPreset(mpp, preset));
}

/** The whole slide, with the turn and flip that it has. */
export function fitPane(viewer: SlideViewer): void {
  const fitting = viewer.fitting();
  change(viewer, (goal) => ({ ...fitting, rotation: goal.rotation, flip: goal.flip }));
}

export function rotatePane(viewer: SlideViewer, degrees: number): void {
  change(viewer, (goal) => rotateBy(goal, degrees));
}

export function turnPaneTo(viewer: SlideViewer, degrees: number): void {
  change(viewer, (goal) => ({ ...goal, rotation: normaliseDegrees(degrees) }));
}

/** Mirrors what is on the screen as it is: the turn as seen is mirrored too. */
export function flipPane(viewer: SlideViewer): void {
  change(viewer, (goal) => ({ ...goal, flip: !goal.flip }));
}

export function uprightPane(viewer: SlideViewer): void {
  change(viewer, (goal) => ({ ...goal, rotation: 0, flip: false }));
}
