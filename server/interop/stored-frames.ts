import type { ByteSource } from '../../shared/bytes/byte-source.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { UNCOMPRESSED } from '../../shared/interop/dicom/accept-frames.ts';
import { dicomJson, type DicomJson } from '../../shared/interop/dicom/dicom-json.ts';
import { findBulk, storedDataset } from '../../shared/interop/dicom/stored-dataset.ts';
import {
  type DicomInstance,
  dicomInstance,
} from '../../shared/slide-format/dicom/dicom-instance.ts';
import { sampleLayoutOf } from '../../shared/slide-format/dicom/dicom-level.ts';
import type { FramePosition } from '../../shared/slide-format/dicom/frame-positions.ts';
import {
  encapsulatedFrames,
  type FrameLocator,
  nativeFrames,
} from '../../shared/slide-format/dicom/locate-frames.ts';
import { readDicomHeader } from '../../shared/slide-format/dicom/read-instance.ts';
import { stitchedSource } from '../../shared/slide-format/dicom/stitched-source.ts';
import { transferSyntaxOf } from '../../shared/slide-format/dicom/transfer-syntax.ts';
import { levelSplicer } from '../../shared/slide-format/jpeg/level-splicer.ts';
import { concatBytes } from '../../shared/slide-format/jpeg/jpeg-splice.ts';
import type { SlideImage } from '../../shared/slide-format/slide-image.ts';
import type { EncodedTile } from '../imaging/decode-tile.ts';

/** A file of a DICOM slide, with what finds its frames. */
interface StoredInstance {
  readonly source: ByteSource;
  readonly instance: DicomInstance;
  readonly locator: FrameLocator;
  readonly stitched: ByteSource;
}

/** Frames whose own groups are told in full; of more, only where they lie: a header of 100,000 is a server's memory. */
const MOST_FULL_FRAMES = 20_000;
const MOST_FULL_HEADER_BYTES = 8 << 20;

/** Opened once for each open slide, and forgotten with it. */
const opened = new WeakMap<SlideImage, Map<number, Promise<StoredInstance>>>();

async function open(image: SlideImage, file: number): Promise<StoredInstance> {
  const source = image.files[file]?.source;
  if (source === undefined) throw new AppError('tile.unreadable', `the slide has no file ${file}`);
  const instance = dicomInstance(await readDicomHeader(source), file, source.size);
  const { encapsulated } = transferSyntaxOf(instance.transferSyntaxUid);
  const locator = encapsulated ? encapsulatedFrames(source, instance) : nativeFrames(instance);
  const stitched = stitchedSource(source, (at) => locator.fragmentEnd(at));
  return { source, instance, locator, stitched };
}

/** What was cut short or damaged in the file is one thing to who looks at a frame. */
function asFrameFailure(cause: unknown): unknown {
  if (!(cause instanceof AppError) || !cause.code.startsWith('format.')) return cause;
  return new AppError('tile.unreadable', cause.message, { cause });
}

async function openOnce(image: SlideImage, index: number): Promise<StoredInstance> {
  const file = image.dicom?.instances[index]?.file;
  if (file === undefined) throw new AppError('tile.unreadable', `no DICOM file ${index}`);
  const known = opened.get(image) ?? new Map<number, Promise<StoredInstance>>();
  opened.set(image, known);
  const opening = known.get(file) ?? open(image, file);
  known.set(file, opening);
  try {
    return await opening;
  } catch (cause) {
    known.delete(file);
    throw asFrameFailure(cause);
  }
}

/** What is needed to send and to decode frames of a file. */
export interface StoredFrames {
  /** That of the file; uncompressed pixels are the same in every little-endian one. */
  readonly transferSyntaxUid: string;
  readonly frames: number;
  readonly columns: number;
  readonly rows: number;
  readonly samples: 1 | 3;
}

export async function storedFrames(image: SlideImage, index: number): Promise<StoredFrames> {
  const { instance } = await openOnce(image, index);
  const { transferSyntaxUid, frames, columns, rows, samples } = instance;
  const { encapsulated } = transferSyntaxOf(transferSyntaxUid);
  return {
    transferSyntaxUid: encapsulated ? transferSyntaxUid : UNCOMPRESSED,
    frames,
    columns,
    rows,
    samples: samples === 1 ? 1 : 3,
  };
}

async function bytesOf(stored: StoredInstance, frame: number): Promise<Uint8Array> {
  const { stitched, offset, length } = await stored.locator.range(frame);
  return await (stitched ? stored.stitched : stored.source).read(offset, length);
}

/** A frame as it lies in the file. @param frame from 0 */
export async function readStoredFrame(
  image: SlideImage,
  index: number,
  frame: number,
): Promise<Uint8Array> {
  const stored = await openOnce(image, index);
  try {
    return await bytesOf(stored, frame);
  } catch (cause) {
    throw asFrameFailure(cause);
  }
}

/** A frame for the decoder: a JPEG with a marker that says its colours, where the file says them. */
export async function readFrameTile(
  image: SlideImage,
  index: number,
  frame: number,
): Promise<EncodedTile> {
  const stored = await openOnce(image, index);
  const { instance, locator } = stored;
  try {
    const samples = sampleLayoutOf(instance);
    const { codec } = transferSyntaxOf(instance.transferSyntaxUid);
    const size = { widthPx: instance.columns, heightPx: instance.rows };
    const bytes = await bytesOf(stored, frame);
    if (codec !== 'jpeg') return { codec, bytes, samples, ...size };
    const range = await locator.range(frame);
    const source = range.stitched ? stored.stitched : stored.source;
    const { prefix, skip } = await levelSplicer(samples, async () => undefined)(source, range);
    const whole = concatBytes([prefix ?? new Uint8Array(), bytes.subarray(skip)]);
    return { codec, bytes: whole, samples, ...size };
  } catch (cause) {
    throw asFrameFailure(cause);
  }
}

/** Where frames lie, and nothing else of them. */
function positionsOnly(positions: readonly FramePosition[]): DicomJson {
  return dicomJson({
    PerFrameFunctionalGroupsSequence: positions.map(({ column, row }) =>
      dicomJson({
        PlanePositionSlideSequence: [
          dicomJson({
            ColumnPositionInTotalImagePixelMatrix: column,
            RowPositionInTotalImagePixelMatrix: row,
          }),
        ],
      }),
    ),
  });
}

/** The header of a file as metadata. @param bulkUri see storedDataset */
export async function storedMetadata(
  image: SlideImage,
  index: number,
  bulkUri: (path: string) => string,
): Promise<DicomJson> {
  const { source, instance } = await openOnce(image, index);
  const keepFrames =
    instance.frames <= MOST_FULL_FRAMES && instance.pixelData.at <= MOST_FULL_HEADER_BYTES;
  const { values } = await readDicomHeader(source, { keepFrames });
  const { transferSyntaxUid } = await storedFrames(image, index);
  const reduced = keepFrames || instance.positions === undefined ? [] : instance.positions;
  return {
    ...storedDataset(values, bulkUri),
    ...(reduced.length === 0 ? {} : positionsOnly(reduced)),
    ...dicomJson({ AvailableTransferSyntaxUID: transferSyntaxUid }),
  };
}

/** The bytes of a long value. @throws AppError 'request.not-found' */
export async function readStoredBulk(
  image: SlideImage,
  index: number,
  path: string,
): Promise<Uint8Array> {
  const { source } = await openOnce(image, index);
  const { values } = await readDicomHeader(source);
  const place = findBulk(values, path);
  if (place === undefined) throw new AppError('request.not-found', 'no such value');
  return await source.read(place.at, place.length);
}
