import { AppError } from '../../shared/errors/app-error.ts';
import { type DicomJson } from '../../shared/interop/dicom/dicom-json.ts';
import { generatedDataset, JPEG_BASELINE } from '../../shared/interop/dicom/generated-level.ts';
import { flavourOf, pictureOfFlavour } from '../../shared/interop/dicom/generated-picture.ts';
import { slideIdentity, studyIdentity } from '../../shared/interop/dicom/identity.ts';
import type { SlideImage } from '../../shared/slide-format/slide-image.ts';
import type { AssociatedKind } from '../../shared/slide/slide.ts';
import type { EncodedTile } from '../imaging/decode-tile.ts';
import type { DicomNeeds } from './dicom-needs.ts';
import type { FoundInstance } from './find-studies.ts';
import { createGeneratedFrames } from './generated-frames.ts';
import { SERVED_SAMPLES } from './render-region.ts';
import {
  readFrameTile,
  readStoredBulk,
  readStoredFrame,
  storedFrames,
  storedMetadata,
  type StoredFrames,
} from './stored-frames.ts';

/** Where the ICC profile of a generated instance is: in the first item of its optical paths. */
const ICC_PATH = '00480105.1.00282000';

/** Reads what an instance is made of, whether it is a file or made from a slide. */
export interface InstanceReader {
  /** @param url of the instance */
  metadata(found: FoundInstance, url: string): Promise<DicomJson>;
  frames(found: FoundInstance): Promise<StoredFrames>;
  /** A frame as it is stored. @param frame from 0 */
  frame(found: FoundInstance, frame: number): Promise<Uint8Array>;
  /** A frame as the decoder takes it. */
  tile(found: FoundInstance, frame: number): Promise<EncodedTile>;
  /** @throws AppError 'request.not-found' */
  bulk(found: FoundInstance, path: string): Promise<Uint8Array>;
  /** The picture beside the levels that an instance is; undefined for a level. */
  pictureOf(found: FoundInstance): AssociatedKind | undefined;
}

async function withImage<Result>(
  { withPixels }: DicomNeeds,
  { series }: FoundInstance,
  work: (image: SlideImage) => Promise<Result>,
): Promise<Result> {
  return await withPixels(series.slide, async (pixels) => {
    if (pixels.kind !== 'image') throw new AppError('tile.unreadable', 'no DICOM files');
    return await work(pixels.image);
  });
}

export function createInstanceReader(needs: DicomNeeds): InstanceReader {
  const generated = createGeneratedFrames(needs);

  function imageOf({ series, instance }: FoundInstance) {
    const { slide } = series;
    if (instance.from.kind === 'level') return generated.level(slide, instance.from.level);
    if (instance.from.kind === 'picture') return generated.picture(slide, instance.from.picture);
    throw new RangeError('a stored instance is not generated');
  }

  async function frame(found: FoundInstance, index: number): Promise<Uint8Array> {
    const { from } = found.instance;
    const { slide } = found.series;
    if (from.kind === 'level') return await generated.frame(slide, from.level, index);
    if (from.kind === 'picture') return await needs.readPicture(slide, from.picture);
    return await withImage(needs, found, (image) => readStoredFrame(image, from.index, index));
  }

  async function frames(found: FoundInstance): Promise<StoredFrames> {
    const { from } = found.instance;
    if (from.kind === 'stored') {
      return await withImage(needs, found, (image) => storedFrames(image, from.index));
    }
    const { frames: count, columns, rows, colours } = await imageOf(found);
    const { samples } = colours;
    return { transferSyntaxUid: JPEG_BASELINE, frames: count, columns, rows, samples };
  }

  return {
    frames,
    frame,
    metadata: async (found, url) => {
      const { study, series, instance } = found;
      const { from } = instance;
      const bulkUri = (path: string) => `${url}/bulkdata/${path}`;
      const own =
        from.kind === 'stored'
          ? await withImage(needs, found, (image) => storedMetadata(image, from.index, bulkUri))
          : generatedDataset(series.slide, await imageOf(found), bulkUri(ICC_PATH));
      return { ...own, ...studyIdentity(study.first), ...slideIdentity(series.slide) };
    },
    tile: async (found, index) => {
      const { from } = found.instance;
      if (from.kind === 'stored') {
        return await withImage(needs, found, (image) => readFrameTile(image, from.index, index));
      }
      const { columns: widthPx, rows: heightPx } = await frames(found);
      const bytes = await frame(found, index);
      return { codec: 'jpeg', bytes, samples: SERVED_SAMPLES, widthPx, heightPx };
    },
    bulk: async (found, path) => {
      const { from } = found.instance;
      if (from.kind === 'stored') {
        return await withImage(needs, found, (image) => readStoredBulk(image, from.index, path));
      }
      if (path !== ICC_PATH) throw new AppError('request.not-found', 'no such value');
      return await generated.iccProfile(found.series.slide);
    },
    pictureOf: ({ instance: { from } }) => {
      if (from.kind === 'level') return undefined;
      return pictureOfFlavour(from.kind === 'stored' ? from.flavour : flavourOf(from.picture));
    },
  };
}
