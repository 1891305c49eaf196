import { useEffect, useRef } from 'react';
import type { ViewState } from '../../../shared/geometry/view-state.ts';
import type { Pyramid } from '../../../shared/slide/pyramid.ts';
import type { PaneId } from '../../state/workstation-composition.ts';
import { useField, usePaneViewer } from './use-viewer.ts';

interface PanePreviewProps {
  readonly pane: PaneId;
  readonly pyramid: Pyramid;
  readonly thumbnail: string;
}

/** Puts the thumbnail where the slide is: rotation, then flip, as in ViewState. */
function transformOf(view: ViewState, pyramid: Pyramid): string {
  const scale = 1 / view.pxPerScreenPx;
  return [
    `scaleX(${view.flip ? -1 : 1})`,
    `rotate(${view.rotation}deg)`,
    `scale(${scale * pyramid.widthPx}, ${scale * pyramid.heightPx})`,
    `translate(${-view.x / pyramid.widthPx}px, ${-view.y / pyramid.heightPx}px)`,
  ].join(' ');
}

/** The thumbnail, enlarged, from the first moment until the first field has come: never bare glass. */
export function PanePreview({ pane, pyramid, thumbnail }: PanePreviewProps) {
  const viewer = usePaneViewer(pane);
  const field = useField(viewer);
  const image = useRef<HTMLImageElement>(null);
  const isNeeded = viewer !== null && field?.hasPicture !== true;
  useEffect(() => {
    if (viewer === null || !isNeeded) return undefined;
    const place = () => {
      if (image.current !== null)
        image.current.style.transform = transformOf(viewer.view(), pyramid);
    };
    place();
    return viewer.onMove(place);
  }, [viewer, pyramid, isNeeded]);
  if (!isNeeded) return null;
  return (
    <div className="pane-preview" aria-hidden="true">
      <img ref={image} src={thumbnail} alt="" draggable={false} />
    </div>
  );
}
