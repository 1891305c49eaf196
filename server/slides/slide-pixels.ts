import type { OpenSlideFindings } from '../imaging/decode-protocol.ts';
import type { SlideImage } from '../../shared/slide-format/slide-image.ts';

/**
 * Where the pixels of an open slide come from: files that the reader understands, or a path that the
 * system's libopenslide reads.
 */
export type SlidePixels =
  | { readonly kind: 'image'; readonly image: SlideImage }
  | {
      readonly kind: 'openslide';
      readonly path: string;
      readonly findings: OpenSlideFindings;
    };
