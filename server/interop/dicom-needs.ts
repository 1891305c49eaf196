import type { SlideImage } from '../../shared/slide-format/slide-image.ts';
import type { AssociatedKind } from '../../shared/slide/slide.ts';
import type { SlideId } from '../../shared/ids.ts';
import type { Resource } from '../../shared/access/can.ts';
import type { Database } from '../storage/database.ts';
import type { OpenSlide, RenderNeeds } from './render-region.ts';

/** An open slide, as far as its own frames matter. */
export type OpenPixels =
  | { readonly kind: 'image'; readonly image: SlideImage }
  | { readonly kind: 'openslide' };

/** What DICOMweb asks of the rest of the server. */
export interface DicomNeeds extends RenderNeeds {
  readonly database: Database;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: () => string;
  /** Who owns a slide and to whom it is lent; undefined: there is no such slide that is ready. */
  readonly resourceOf: (id: SlideId) => Promise<Extract<Resource, { kind: 'slide' }> | undefined>;
  /** @throws AppError 'storage.blob-missing', 'format.*' */
  readonly withPixels: <Result>(
    slide: OpenSlide,
    work: (pixels: OpenPixels) => Promise<Result>,
  ) => Promise<Result>;
  /** Label, macro or thumbnail as JPEG. @throws AppError 'slide.no-associated-image' */
  readonly readPicture: (slide: OpenSlide, kind: AssociatedKind) => Promise<Uint8Array>;
}
