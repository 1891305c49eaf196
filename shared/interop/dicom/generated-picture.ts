import type { AssociatedKind } from '../../slide/slide.ts';
import { derivedUid } from './dicom-uid.ts';
import type { FrameColours, GeneratedImage } from './generated-level.ts';
import type { DicomSlideRecord } from './slide-record.ts';

/** Pictures beside the levels that are told as instances; the levels have a thumbnail of their own. */
const FLAVOURS = { label: 'LABEL', macro: 'OVERVIEW' } as const;
export type ToldPicture = keyof typeof FLAVOURS;

export function isTold(kind: AssociatedKind): kind is ToldPicture {
  return kind in FLAVOURS;
}

/** Which picture an Image Type of value 3 names, the scanner's thumbnail among them. */
export function pictureOfFlavour(flavour: string): AssociatedKind | undefined {
  if (flavour === 'THUMBNAIL') return 'thumbnail';
  if (flavour === 'LABEL') return 'label';
  return flavour === 'OVERVIEW' ? 'macro' : undefined;
}

export function flavourOf(kind: ToldPicture): string {
  return FLAVOURS[kind];
}

export function pictureUid({ id }: DicomSlideRecord, kind: ToldPicture): string {
  return derivedUid(id, `picture/${kind}`);
}

/** Label or macro as an instance of one frame. Nobody knows the size of its pixels. */
export function generatedPicture(
  slide: DicomSlideRecord,
  kind: ToldPicture,
  picture: { readonly widthPx: number; readonly heightPx: number; readonly colours: FrameColours },
): GeneratedImage {
  const { widthPx, heightPx, colours } = picture;
  const levels = slide.properties.pyramid.levels.length;
  return {
    uid: pictureUid(slide, kind),
    number: levels + (kind === 'label' ? 1 : 2),
    imageType: ['ORIGINAL', 'PRIMARY', FLAVOURS[kind], 'NONE'],
    widthPx,
    heightPx,
    columns: widthPx,
    rows: heightPx,
    frames: 1,
    colours,
    derivation: undefined,
    labelInImage: true,
    extent: undefined,
  };
}
