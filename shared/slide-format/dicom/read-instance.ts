import type { ByteSource } from '../../bytes/byte-source.ts';
import { damaged, tooLarge, truncated } from '../format-errors.ts';
import { LIMITS } from '../limits.ts';
import { type FramePosition, framePositions } from './frame-positions.ts';
import { OutOfBytes, parseDataset, parseMeta } from './parse-dataset.ts';
import { type DicomValues, textOf } from './read-attributes.ts';
import { isExplicit } from './transfer-syntax.ts';
import { ATTRIBUTE } from './tags.ts';

/** The header of one DICOM file: everything before its pixel data. */
export interface DicomHeader {
  readonly transferSyntaxUid: string;
  readonly values: DicomValues;
  readonly positions: readonly FramePosition[] | undefined;
}

const FIRST_READ_BYTES = 65_536;
const GROWTH = 4;

export function isDicom(head: Uint8Array): boolean {
  return String.fromCharCode(...head.subarray(128, 132)) === 'DICM';
}

function parseHeader(bytes: Uint8Array, keepFrames: boolean): DicomHeader {
  const { meta, end } = parseMeta(bytes);
  const uid = textOf({ bytes, dataset: meta }, ATTRIBUTE.transferSyntaxUid);
  if (uid === undefined) throw damaged('dicom-invalid', 'no transfer syntax');
  const collector = framePositions();
  const dataset = parseDataset(bytes, end, {
    explicit: isExplicit(uid),
    keepFrames,
    onFrame: (item) => collector.add({ bytes, dataset: item }),
  });
  const values: DicomValues = { bytes, dataset };
  return { transferSyntaxUid: uid, values, positions: collector.all() };
}

/**
 * Reads the header of a DICOM file: as little of the file as holds it, at most 64 MiB.
 * @param keepFrames whether the groups of each single frame stay in the data set
 * @throws AppError 'format.truncated', 'format.damaged', 'format.too-large'
 */
export async function readDicomHeader(
  source: ByteSource,
  { keepFrames = false }: { readonly keepFrames?: boolean } = {},
): Promise<DicomHeader> {
  for (let length = FIRST_READ_BYTES; ; length *= GROWTH) {
    const wanted = Math.min(length, source.size);
    const bytes = await source.read(0, wanted);
    try {
      return parseHeader(bytes, keepFrames);
    } catch (error) {
      if (!(error instanceof OutOfBytes)) throw error;
      if (wanted === source.size) throw truncated('DICOM header');
      if (length >= LIMITS.allocationBytes) throw tooLarge('allocation', 'DICOM header');
    }
  }
}
