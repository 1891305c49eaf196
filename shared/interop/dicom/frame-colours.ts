import { jpegInfo } from '../../slide-format/jpeg/jpeg-info.ts';
import type { FrameColours } from './generated-level.ts';

/** Component ids that libjpeg takes for RGB where no marker says otherwise. */
const RGB_IDS = [0x52, 0x47, 0x42];

/**
 * What the components of a JPEG are, as decoders decide (ITU-T T.872, 6.5.3): by JFIF, Adobe's marker, or their
 * ids. Any chroma subsampling of the codestream is YBR_FULL_422 in DICOM (PS3.3 C.7.6.3.1.2).
 */
export function frameColoursOf(jpeg: Uint8Array): FrameColours & {
  readonly widthPx: number;
  readonly heightPx: number;
} {
  const { components, jfif, adobeTransform, widthPx, heightPx } = jpegInfo(jpeg);
  const samples = components.length === 1 ? 1 : 3;
  const named = components.every(({ id }, index) => id === RGB_IDS[index]);
  const isRgb = !jfif && (adobeTransform === undefined ? named : adobeTransform === 0);
  const colour = isRgb ? 'RGB' : 'YBR_FULL_422';
  return {
    samples,
    photometric: samples === 1 ? 'MONOCHROME2' : colour,
    compressionRatio: Math.max(1, (widthPx * heightPx * samples) / jpeg.length),
    widthPx,
    heightPx,
  };
}
