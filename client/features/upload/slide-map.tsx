import { useState } from 'react';
import { boxCorners } from '../../../shared/geometry/box-corners.ts';
import type { SlideBox } from '../../../shared/geometry/slide-box.ts';
import type { SlidePoint } from '../../../shared/geometry/spaces.ts';
import { cornersOf } from '../../../shared/geometry/view-state.ts';
import type { SeenField } from '../../../shared/live/live-wire.ts';
import type { SlideDetail } from '../../../shared/slide/slide.ts';
import { urlOf } from '../../api/url.ts';
import './live.css';

export interface SlideMapProps {
  readonly label: string;
  readonly slide: SlideDetail;
  /** What this computer has drawn of the file, until the server has a picture; null: nothing. */
  readonly localPicture: string | null;
  readonly fields: readonly { readonly key: string; readonly field: SeenField }[];
  readonly boxes: readonly { readonly key: string; readonly box: SlideBox }[];
  /** CSS pixels. */
  readonly longestPx?: number;
}

/** A field smaller than this on the map gets a cross, or it would be lost. */
const LEAST_SEEN_PX = 8;

function pointsOf(corners: readonly SlidePoint[], scale: number): string {
  return corners.map(({ x, y }) => `${(x * scale).toFixed(1)},${(y * scale).toFixed(1)}`).join(' ');
}

/** The server's picture, newer with each per cent that arrives; else this computer's own; else bare glass. */
function Picture({ slide, localPicture }: Pick<SlideMapProps, 'slide' | 'localPicture'>) {
  const plain = urlOf('slide.thumbnail', { slideId: slide.id, revision: slide.revision });
  const { status } = slide;
  const url = status.kind === 'arriving' ? `${plain}#${status.received}` : plain;
  const [failedUrl, setFailedUrl] = useState<string | null>(null);
  const shown = failedUrl === url ? localPicture : url;
  if (shown === null) return null;
  return <img key={shown} src={shown} alt="" draggable={false} onError={() => setFailedUrl(url)} />;
}

/** A small map of the slide: where readers look, and what they have boxed. */
export function SlideMap(props: SlideMapProps) {
  const { label, slide, localPicture, fields, boxes, longestPx = 148 } = props;
  const { widthPx, heightPx } = slide;
  if (widthPx === null || heightPx === null) return null;
  const scale = Math.min(longestPx / widthPx, (longestPx * 0.72) / heightPx);
  const [width, height] = [widthPx * scale, heightPx * scale];
  return (
    <div className="slide-map" style={{ width, height }} data-testid="slide-map">
      <Picture slide={slide} localPicture={localPicture} />
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
        {boxes.map(({ key, box }) => (
          <polygon
            key={key}
            className="slide-map-box"
            data-testid="map-box"
            points={pointsOf(boxCorners(box), scale)}
          />
        ))}
        {fields.map(({ key, field }) => (
          <FieldMark key={key} field={field} scale={scale} />
        ))}
      </svg>
    </div>
  );
}

function FieldMark({ field, scale }: { readonly field: SeenField; readonly scale: number }) {
  const { view } = field;
  const isSmall = field.widthPx * view.pxPerScreenPx * scale < LEAST_SEEN_PX;
  const [x, y] = [view.x * scale, view.y * scale];
  return (
    <>
      <polygon
        className="slide-map-field"
        data-testid="map-field"
        points={pointsOf(cornersOf(view, field), scale)}
      />
      {isSmall ? (
        <path className="slide-map-field" d={`M${x - 7} ${y}h14M${x} ${y - 7}v14`} />
      ) : null}
    </>
  );
}
