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
import { createGeneratedFrames, type GeneratedFrames } from './generated-frames.ts';
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

interface Parts {
  readonly needs: DicomNeeds;
  readonly generated: GeneratedFrames;
}

function imageOf({ generated }: Parts, { series, instance }: FoundInstance) {
  const { slide } = series;
  if (instance.from.kind === 'level') return generated.level(slide, instance.from.level);
  if (instance.from.kind === 'picture') return generated.picture(slide, instance.from.picture);
  throw new RangeError('a stored instance is not generated');
}

async function frameOf(
  { needs, generated }: Parts,
  found: FoundInstance,
  index: number,
): Promise<Uint8Array> {
  const { from } = found.instance;
  const { slide } = found.series;
  if (from.kind === 'level') return await generated.frame(slide, from.level, index);
  if (from.kind === 'picture') return await needs.readPicture(slide, from.picture);
  return await withImage(needs, found, (image) => readStoredFrame(image, from.index, index));
}

async function framesOf(parts: Parts, found: FoundInstance): Promise<StoredFrames> {
  const { from } = found.instance;
  if (from.kind === 'stored') {
    return await withImage(parts.needs, found, (image) => storedFrames(image, from.index));
  }
  const { frames, columns, rows, colours } = await imageOf(parts, found);
  return { transferSyntaxUid: JPEG_BASELINE, frames, columns, rows, samples: colours.samples };
}

async function metadataOf(parts: Parts, found: FoundInstance, url: string): Promise<DicomJson> {
  const { study, series, instance } = found;
  const { from } = instance;
  const bulkUri = (path: string) => `${url}/bulkdata/${path}`;
  const own =
    from.kind === 'stored'
      ? await withImage(parts.needs, found, (image) => storedMetadata(image, from.index, bulkUri))
      : generatedDataset(series.slide, await imageOf(parts, found), bulkUri(ICC_PATH));
  return { ...own, ...studyIdentity(study.first), ...slideIdentity(series.slide) };
}

async function tileOf(parts: Parts, found: FoundInstance, index: number): Promise<EncodedTile> {
  const { from } = found.instance;
  if (from.kind === 'stored') {
    return await withImage(parts.needs, found, (image) => readFrameTile(image, from.index, index));
  }
  const { columns: widthPx, rows: heightPx } = await framesOf(parts, found);
  const bytes = await frameOf(parts, found, index);
  return { codec: 'jpeg', bytes, samples: SERVED_SAMPLES, widthPx, heightPx };
}

async function bulkOf(parts: Parts, found: FoundInstance, path: string): Promise<Uint8Array> {
  const { from } = found.instance;
  if (from.kind === 'stored') {
    return await withImage(parts.needs, found, (image) => readStoredBulk(image, from.index, path));
  }
  if (path !== ICC_PATH) throw new AppError('request.not-found', 'no such value');
  return await parts.generated.iccProfile(found.series.slide);
}

export function createInstanceReader(needs: DicomNeeds): InstanceReader {
  const parts: Parts = { needs, generated: createGeneratedFrames(needs) };
  return {
    metadata: (found, url) => metadataOf(parts, found, url),
    frames: (found) => framesOf(parts, found),
    frame: (found, frame) => frameOf(parts, found, frame),
    tile: (found, frame) => tileOf(parts, found, frame),
    bulk: (found, path) => bulkOf(parts, found, path),
    pictureOf: ({ instance: { from } }) => {
      if (from.kind === 'level') return undefined;
      return pictureOfFlavour(from.kind === 'stored' ? from.flavour : flavourOf(from.picture));
    },
  };
}
