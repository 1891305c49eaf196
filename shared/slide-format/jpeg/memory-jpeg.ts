import type { AssociatedKind } from '../../slide/slide.ts';
import { AppError } from '../../errors/app-error.ts';
import type { AssociatedImage, SampleLayout, TileLocation } from '../slide-image.ts';
import { LIMITS } from '../limits.ts';
import { type JpegInfo, jpegInfo } from './jpeg-info.ts';
import { checkProcess } from './jpeg-splice.ts';

const YCBCR: SampleLayout = {
  channels: 3,
  bitsPerSample: 8,
  colour: 'ycbcr',
  planar: false,
  littleEndian: true,
  predictor: 1,
  subsampling: [1, 1],
  palette: undefined,
};

function readableInfo(bytes: Uint8Array): JpegInfo | undefined {
  try {
    const info = jpegInfo(bytes);
    checkProcess(info);
    return info.widthPx * info.heightPx <= LIMITS.stripPixels ? info : undefined;
  } catch (error) {
    if (error instanceof AppError && error.code.startsWith('format.')) return undefined;
    throw error;
  }
}

/**
 * A whole JPEG as a picture beside the slide; undefined when it cannot be read, which does not keep
 * the slide from opening.
 * @param file index in SlideImage.files of the source that holds nothing but `bytes`
 */
export function memoryJpeg(
  bytes: Uint8Array,
  kind: AssociatedKind,
  file: number,
): AssociatedImage | undefined {
  const info = readableInfo(bytes);
  if (info === undefined || info.widthPx < 1 || info.heightPx < 1) return undefined;
  const { widthPx, heightPx } = info;
  const grey = info.components.length === 1;
  const location: TileLocation = {
    kind: 'stored',
    codec: 'jpeg',
    range: { file, offset: 0, length: bytes.length },
    prefix: undefined,
    skip: 0,
    widthPx,
    heightPx,
  };
  return {
    kind,
    widthPx,
    heightPx,
    tileWidthPx: widthPx,
    tileHeightPx: heightPx,
    downsample: 1,
    samples: grey ? { ...YCBCR, channels: 1, colour: 'grey' } : YCBCR,
    passThrough: true,
    locateTile: async () => location,
  };
}
