import { AppError } from '../../shared/errors/app-error.ts';
import type { AssociatedImage, SlideImage } from '../../shared/slide-format/slide-image.ts';
import type { AssociatedKind } from '../../shared/slide/slide.ts';
import type { DecodePool } from '../imaging/decode-pool.ts';
import { composeRegion, filePieces } from './compose-tile.ts';
import type { DiskTiles } from './disk-tiles.ts';
import { locate, readLocation } from './read-location.ts';
import type { ReadySlide, TileReader } from './read-tile.ts';
import { createSingleFlight } from './single-flight.ts';
import type { SlidePixels } from './slide-pixels.ts';
import type { SlideRegistry } from './slide-registry.ts';

export interface WholePicturesDeps {
  readonly slides: SlideRegistry;
  readonly decode: DecodePool;
  readonly disk: DiskTiles;
  readonly tiles: TileReader;
}

/** The whole slide small, and the pictures beside its levels. Composed once, then from the disk cache. */
export interface WholePictures {
  /** At most 512 px, from the coarsest served level; never the label. */
  thumbnail(slide: ReadySlide): Promise<Uint8Array>;
  /** @throws AppError 'slide.no-associated-image' */
  associated(slide: ReadySlide, kind: AssociatedKind): Promise<Uint8Array>;
}

const THUMBNAIL_PX = 512;
/** A macro that was scanned larger than any screen is scaled down. */
const ASSOCIATED_PX = 2_048;

/** As it lies in the file, when it is one JPEG of just this size. */
async function wholeAsStored(
  image: SlideImage,
  picture: AssociatedImage,
): Promise<Uint8Array | undefined> {
  if (!picture.passThrough || Math.max(picture.widthPx, picture.heightPx) > ASSOCIATED_PX) {
    return undefined;
  }
  const location = await locate(picture, 0, 0);
  const whole =
    location.kind !== 'empty' &&
    location.widthPx === picture.widthPx &&
    location.heightPx === picture.heightPx;
  return whole ? await readLocation(image, location) : undefined;
}

async function associatedOf(
  { decode }: WholePicturesDeps,
  { originalKey, properties }: ReadySlide,
  pixels: SlidePixels,
  kind: AssociatedKind,
): Promise<Uint8Array> {
  if (pixels.kind === 'openslide') {
    const { path } = pixels;
    return (await decode.run({ kind: 'openslide-associated', path, name: kind })).jpeg;
  }
  const { image } = pixels;
  const picture = image.associated.find((associated) => associated.kind === kind);
  if (picture === undefined) throw new AppError('slide.no-associated-image', `no ${kind}`);
  const stored = await wholeAsStored(image, picture);
  if (stored !== undefined) return stored;
  const { widthPx, heightPx } = picture;
  const region = { x: 0, y: 0, widthPx, heightPx };
  const { jpeg } = await decode.run({
    kind: 'compose',
    fitPx: ASSOCIATED_PX,
    plan: {
      regionWidthPx: widthPx,
      regionHeightPx: heightPx,
      halvings: 0,
      background: properties.background,
      pieces: await filePieces(image, picture, region, `${originalKey}/${kind}`),
    },
  });
  return jpeg;
}

export function createWholePictures(deps: WholePicturesDeps): WholePictures {
  const { slides, disk, decode, tiles } = deps;
  const flights = createSingleFlight<Uint8Array>();

  async function kept(key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
    return await flights.run(key, async () => {
      const known = await disk.get(key);
      if (known !== undefined) return known;
      const made = await make();
      await disk.put(key, made);
      return made;
    });
  }

  return {
    thumbnail: (slide) =>
      kept(`${slide.originalKey}@${slide.revision}/thumbnail`, () =>
        slides.use(slide, async (pixels) => {
          const { levels } = slide.properties.pyramid;
          const level = levels.length - 1;
          const { widthPx = 1, heightPx = 1 } = levels[level] ?? {};
          const needs = {
            decode,
            readServed: async (address: Parameters<TileReader['read']>[1]) =>
              (await tiles.read(slide, address)).bytes,
          };
          const { jpeg } = await composeRegion(
            needs,
            { key: slide.originalKey, pixels, properties: slide.properties },
            { level, region: { x: 0, y: 0, widthPx, heightPx }, fitPx: THUMBNAIL_PX },
          );
          return jpeg;
        }),
      ),
    associated: (slide, kind) => {
      if (!slide.properties.associated.some((picture) => picture.kind === kind)) {
        return Promise.reject(new AppError('slide.no-associated-image', `no ${kind}`));
      }
      return kept(`${slide.originalKey}@${slide.revision}/associated/${kind}`, () =>
        slides.use(slide, (pixels) => associatedOf(deps, slide, pixels, kind)),
      );
    },
  };
}
