import type { ScreenSize } from '../../shared/geometry/spaces.ts';
import type { ViewState } from '../../shared/geometry/view-state.ts';

/** Whether pixels of some level fall one to one on device pixels: upright, and at that level's own scale. */
export function isOneToOne(
  view: ViewState,
  downsamples: readonly number[],
  density: number,
): boolean {
  if (view.rotation !== 0) return false;
  return downsamples.some((downsample) => {
    const devicePx = (downsample / view.pxPerScreenPx) * density;
    return Math.abs(devicePx - 1) < 1e-6;
  });
}

function snap(centrePx: number, paneDevicePx: number, slideDevicePx: number): number {
  const start = centrePx * slideDevicePx - paneDevicePx / 2;
  return (Math.round(start) + paneDevicePx / 2) / slideDevicePx;
}

/**
 * The view moved by less than half a device pixel so that pixels of the slide fall on pixels of the screen.
 * Between two, each would be blurred over its neighbours. Only what is drawn moves; the address does not.
 */
export function snapToPixels(view: ViewState, pane: ScreenSize, density: number): ViewState {
  const slideDevicePx = density / view.pxPerScreenPx;
  const width = Math.round(pane.widthPx * density);
  const height = Math.round(pane.heightPx * density);
  return { ...view, x: snap(view.x, width, slideDevicePx), y: snap(view.y, height, slideDevicePx) };
}
