import { withBlockCache } from '../../../shared/bytes/block-cache.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { openSlide } from '../../../shared/slide-format/open-slide.ts';
import type {
  AssociatedImage,
  FileLevel,
  OpenedSlide,
  SlideImage,
} from '../../../shared/slide-format/slide-image.ts';
import type { AssociatedKind } from '../../../shared/slide/slide.ts';
import { blobSource } from './blob-source.ts';
import { localPicture } from './local-picture.ts';
import { mppWarnings } from './mpp-warnings.ts';
import type { LocalPreview, LocalSlide } from './upload-item.ts';

/** A picture that is shown as it is has at most so many pixels; a larger one would fill the memory. */
const MOST_FLAT_PIXELS = 60_000_000;

/** Object URLs of one preview, freed together. */
function keepUrls() {
  const urls: string[] = [];
  return {
    urlOf: (blob: Blob | undefined): string | null => {
      if (blob === undefined) return null;
      const url = URL.createObjectURL(blob);
      urls.push(url);
      return url;
    },
    dispose: () => {
      for (const url of urls.splice(0)) URL.revokeObjectURL(url);
    },
  };
}

/** A picture is a courtesy: when it cannot be drawn, the slide is still shown by its facts. */
async function pictureOrNothing(
  image: SlideImage,
  level: FileLevel | undefined,
): Promise<Blob | undefined> {
  if (level === undefined) return undefined;
  try {
    return await localPicture(image, level);
  } catch (cause) {
    if (cause instanceof AppError || cause instanceof DOMException) return undefined;
    throw cause;
  }
}

async function thumbnailOf(image: SlideImage): Promise<Blob | undefined> {
  const own = image.associated.find(({ kind }) => kind === 'thumbnail');
  return (await pictureOrNothing(image, own)) ?? pictureOrNothing(image, image.levels.at(-1));
}

function associated(image: SlideImage, kind: AssociatedKind): AssociatedImage | undefined {
  return image.associated.find((candidate) => candidate.kind === kind);
}

async function previewPyramid(image: SlideImage): Promise<LocalPreview> {
  const { properties, levels } = image;
  const { urlOf, dispose } = keepUrls();
  const { mpp, objectivePower } = properties;
  return {
    kind: 'opens',
    format: properties.format,
    vendor: properties.vendor ?? null,
    widthPx: levels[0]?.widthPx ?? 0,
    heightPx: levels[0]?.heightPx ?? 0,
    mpp: mpp ?? null,
    objectivePower: objectivePower ?? null,
    thumbnailUrl: urlOf(await thumbnailOf(image)),
    labelUrl: urlOf(await pictureOrNothing(image, associated(image, 'label'))),
    warnings: mppWarnings(mpp, objectivePower),
    dispose,
  };
}

function previewFlat(
  { codec, widthPx, heightPx, mpp }: Extract<OpenedSlide, { kind: 'flat' }>,
  file: Blob | undefined,
): LocalPreview {
  const { urlOf, dispose } = keepUrls();
  const isShown = codec !== 'tiff' && widthPx * heightPx <= MOST_FLAT_PIXELS;
  return {
    kind: 'flat',
    codec,
    widthPx,
    heightPx,
    thumbnailUrl: urlOf(isShown ? file : undefined),
    warnings: mppWarnings(mpp, undefined),
    dispose,
  };
}

/**
 * Looks at a slide on this computer, before anything is sent, with the reader that the server uses: what it
 * is, its thumbnail and label, what is doubtful about its scale, or the named reason why it will not open.
 */
export async function previewLocalSlide(slide: LocalSlide): Promise<LocalPreview> {
  const files = slide.files.map(({ path, file }) => ({
    path,
    source: withBlockCache(blobSource(file), { blockBytes: 65_536, blocks: 256 }),
  }));
  try {
    const opened = await openSlide(files);
    switch (opened.kind) {
      case 'pyramid':
        return await previewPyramid(opened.image);
      case 'flat':
        return previewFlat(opened, slide.files[0]?.file);
      case 'openslide':
        return { kind: 'server-decides', vendor: opened.vendor };
    }
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    return { kind: 'refused', code: cause.code, fields: cause.fields };
  }
}
