import { AppError } from '../../shared/errors/app-error.ts';
import type { RenderJob } from '../imaging/decode-protocol.ts';
import type { EncodedTile } from '../imaging/decode-tile.ts';
import type { DicomNeeds } from './dicom-needs.ts';

const WHITE = { r: 255, g: 255, b: 255 };

/** A tile decoded, scaled to a size, and as samples or a picture. */
export async function decodeFrame(
  { decode }: Pick<DicomNeeds, 'decode'>,
  tile: EncodedTile,
  {
    quality,
    format,
    widthPx,
    heightPx,
  }: Pick<RenderJob, 'quality' | 'format' | 'widthPx' | 'heightPx'>,
): Promise<Uint8Array> {
  const { widthPx: usedWidthPx, heightPx: usedHeightPx } = tile;
  if (usedWidthPx < 1 || usedHeightPx < 1) throw new AppError('tile.unreadable', 'no pixels');
  const { bytes } = await decode.run({
    kind: 'render',
    plan: {
      regionWidthPx: usedWidthPx,
      regionHeightPx: usedHeightPx,
      halvings: 0,
      background: WHITE,
      pieces: [{ x: 0, y: 0, usedWidthPx, usedHeightPx, key: null, tile }],
    },
    widthPx,
    heightPx,
    mirrored: false,
    degrees: 0,
    quality,
    format,
  });
  return bytes;
}
