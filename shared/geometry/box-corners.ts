import type { SlideBox } from './slide-box.ts';
import { type SlidePoint, slidePoint } from './spaces.ts';
import { normaliseDegrees, type ViewState } from './view-state.ts';

function turnOf(rotation: number): { readonly cos: number; readonly sin: number } {
  const radians = (rotation * Math.PI) / 180;
  return { cos: Math.cos(radians), sin: Math.sin(radians) };
}

/** The box with two opposite corners, upright in a view turned by `rotation`; null when it has no area. */
export function boxBetween(a: SlidePoint, b: SlidePoint, rotation: number): SlideBox | null {
  const { cos, sin } = turnOf(rotation);
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const widthPx = Math.abs(dx * cos - dy * sin);
  const heightPx = Math.abs(dx * sin + dy * cos);
  if (!(widthPx > 0 && heightPx > 0)) return null;
  return {
    x: (a.x + b.x) / 2,
    y: (a.y + b.y) / 2,
    widthPx,
    heightPx,
    rotation: normaliseDegrees(rotation),
  };
}

/** Clockwise from the top left, as they stand in an unflipped view of the box's own turn; level-0 pixels. */
export function boxCorners({ x, y, widthPx, heightPx, rotation }: SlideBox): readonly SlidePoint[] {
  const { cos, sin } = turnOf(rotation);
  const corner = (right: number, down: number) => {
    const [sx, sy] = [(right * widthPx) / 2, (down * heightPx) / 2];
    return slidePoint(x + sx * cos + sy * sin, y - sx * sin + sy * cos);
  };
  return [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)];
}

/** What a pane of 1280 × 720 has room for beside the tray and the panels, in CSS pixels. */
const ROOM = { widthPx: 640, heightPx: 400 };

/** The view that shows a box as whoever drew it saw it: same turn and flip, and never too large for a screen. */
export function viewOfBox(box: SlideBox, seen: ViewState): ViewState {
  const pxPerScreenPx = Math.max(
    seen.pxPerScreenPx,
    box.widthPx / ROOM.widthPx,
    box.heightPx / ROOM.heightPx,
  );
  return { x: box.x, y: box.y, pxPerScreenPx, rotation: seen.rotation, flip: seen.flip };
}

/** Whether the middle of the box lies on the slide, and no side is longer than the slide's diagonal. */
export function isOnSlide(
  box: SlideBox,
  slide: { readonly widthPx: number; readonly heightPx: number },
): boolean {
  const longest = Math.hypot(slide.widthPx, slide.heightPx);
  const isCentreIn = box.x >= 0 && box.y >= 0 && box.x <= slide.widthPx && box.y <= slide.heightPx;
  return isCentreIn && box.widthPx <= longest && box.heightPx <= longest;
}
