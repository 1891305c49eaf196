import type { Mpp } from '../../slide/slide.ts';
import { damaged, tooLarge, truncated, unsupportedLayout } from '../format-errors.ts';
import { LIMITS } from '../limits.ts';
import { plausibleMpp } from '../tiff/plausible-mpp.ts';
import type { FramePosition } from './frame-positions.ts';
import { UNDEFINED_LENGTH } from './parse-dataset.ts';
import {
  decimalsOf,
  type DicomValues,
  floatOf,
  integerOf,
  itemAt,
  textOf,
  textsOf,
} from './read-attributes.ts';
import type { DicomHeader } from './read-instance.ts';
import { ATTRIBUTE, WSI_SOP_CLASS } from './tags.ts';

interface ValuePlace {
  readonly at: number;
  readonly length: number;
}

/** What one DICOM file of a slide says; sizes in pixels. Its header's bytes are not kept. */
export interface DicomInstance {
  readonly file: number;
  readonly fileBytes: number;
  readonly transferSyntaxUid: string;
  readonly instanceUid: string;
  readonly studyUid: string;
  readonly seriesUid: string;
  /** VOLUME, LABEL, OVERVIEW, THUMBNAIL (PS3.3 C.8.12.4.1.1, value 3). */
  readonly flavour: string;
  readonly rows: number;
  readonly columns: number;
  readonly totalRows: number;
  readonly totalColumns: number;
  readonly frames: number;
  readonly samples: number;
  readonly photometric: string;
  readonly planar: boolean;
  readonly bitsAllocated: number;
  readonly signed: boolean;
  readonly opticalPaths: number;
  readonly focalPlanes: number;
  readonly sparse: boolean;
  readonly positions: readonly FramePosition[] | undefined;
  readonly concatenationUid: string | undefined;
  /** Index of this file's first frame in its concatenation. */
  readonly firstFrame: number;
  /** `length` undefined: encapsulated. */
  readonly pixelData: { readonly at: number; readonly length: number | undefined };
  readonly offsetTable: ValuePlace | undefined;
  readonly lengthTable: ValuePlace | undefined;
  readonly iccProfile: ValuePlace | undefined;
  readonly mpp: Mpp | undefined;
  readonly objectivePower: number | undefined;
  readonly manufacturer: string | undefined;
  readonly model: string | undefined;
  readonly acquiredAt: string | undefined;
  readonly barcode: string | undefined;
}

function side(values: DicomValues, tag: number, what: string, fallback?: number): number {
  const value = integerOf(values, tag) ?? fallback;
  if (value === undefined || value < 1) throw damaged('size-invalid', `DICOM ${what}`);
  if (value > LIMITS.levelSidePx) throw tooLarge('level', `DICOM ${what} ${value}`);
  return value;
}

function sizesOf(values: DicomValues) {
  const rows = side(values, ATTRIBUTE.rows, 'rows');
  const columns = side(values, ATTRIBUTE.columns, 'columns');
  if (Math.max(rows, columns) > LIMITS.tileSidePx) throw tooLarge('tile', `${columns} x ${rows}`);
  return {
    rows,
    columns,
    totalRows: side(values, ATTRIBUTE.totalPixelMatrixRows, 'total rows', rows),
    totalColumns: side(values, ATTRIBUTE.totalPixelMatrixColumns, 'total columns', columns),
    frames: framesOf(values),
  };
}

function framesOf(values: DicomValues): number {
  const frames = decimalsOf(values, ATTRIBUTE.numberOfFrames)[0] ?? 1;
  if (!Number.isInteger(frames) || frames < 1) throw damaged('dicom-invalid', `${frames} frames`);
  if (frames > LIMITS.scannedPieces) throw tooLarge('pieces', `${frames} frames`);
  return frames;
}

/** Pixel spacing is row spacing, then column spacing, in millimetres (PS3.3 10.7.1.3). */
function mppOf(values: DicomValues, totalColumns: number, totalRows: number): Mpp | undefined {
  const shared = itemAt(values, ATTRIBUTE.sharedFunctionalGroups, ATTRIBUTE.pixelMeasures);
  const [y, x] = shared === undefined ? [] : decimalsOf(shared, ATTRIBUTE.pixelSpacing);
  if (x !== undefined && y !== undefined) return plausibleMpp(x * 1_000, y * 1_000);
  const width = floatOf(values, ATTRIBUTE.imagedVolumeWidth);
  const height = floatOf(values, ATTRIBUTE.imagedVolumeHeight);
  if (width === undefined || height === undefined) return undefined;
  return plausibleMpp((width * 1_000) / totalColumns, (height * 1_000) / totalRows);
}

/** `20260314092653.000000+0800` as ISO 8601. */
function dateTimeOf(text: string | undefined): string | undefined {
  const found = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)(?:\.\d+)?([+-]\d{4})?)?/.exec(
    text ?? '',
  );
  const [, year, month, day, hour, minute, second, zone] = found ?? [];
  if (year === undefined) return undefined;
  if (hour === undefined) return `${year}-${month}-${day}`;
  const offset = zone === undefined ? '' : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`;
}

function placeOf(values: DicomValues | undefined, tag: number): ValuePlace | undefined {
  const element = values?.dataset.get(tag);
  if (element === undefined || element.length === 0) return undefined;
  return { at: element.valueAt, length: element.length };
}

function pixelDataOf({ dataset }: DicomValues, fileBytes: number): DicomInstance['pixelData'] {
  const element = dataset.get(ATTRIBUTE.pixelData);
  if (element === undefined) throw damaged('no-image', 'no DICOM pixel data');
  const length = element.length === UNDEFINED_LENGTH ? undefined : element.length;
  if (element.valueAt + (length ?? 0) > fileBytes) throw truncated('DICOM pixel data');
  return { at: element.valueAt, length };
}

function describeScan(values: DicomValues) {
  const optical = itemAt(values, ATTRIBUTE.opticalPaths);
  const power = optical && decimalsOf(optical, ATTRIBUTE.objectiveLensPower)[0];
  return {
    iccProfile: placeOf(optical, ATTRIBUTE.iccProfile),
    objectivePower: power !== undefined && power > 0 ? power : undefined,
    manufacturer: textOf(values, ATTRIBUTE.manufacturer),
    model: textOf(values, ATTRIBUTE.manufacturerModelName),
    acquiredAt: dateTimeOf(textOf(values, ATTRIBUTE.acquisitionDateTime)),
    barcode: textOf(values, ATTRIBUTE.barcodeValue),
  };
}

/**
 * Takes from a header what the slide needs.
 * @throws AppError 'format.unsupported-layout' when it is no whole-slide image
 */
export function dicomInstance(header: DicomHeader, file: number, fileBytes: number): DicomInstance {
  const { values } = header;
  if (textOf(values, ATTRIBUTE.sopClassUid) !== WSI_SOP_CLASS)
    throw unsupportedLayout('not-a-slide');
  const sizes = sizesOf(values);
  const organization = textOf(values, ATTRIBUTE.dimensionOrganizationType);
  const sparse =
    organization === undefined ? header.positions !== undefined : organization === 'TILED_SPARSE';
  return {
    file,
    fileBytes,
    transferSyntaxUid: header.transferSyntaxUid,
    instanceUid: textOf(values, ATTRIBUTE.sopInstanceUid) ?? '',
    studyUid: textOf(values, ATTRIBUTE.studyInstanceUid) ?? '',
    seriesUid: textOf(values, ATTRIBUTE.seriesInstanceUid) ?? '',
    flavour: textsOf(values, ATTRIBUTE.imageType)[2] ?? 'VOLUME',
    ...sizes,
    samples: integerOf(values, ATTRIBUTE.samplesPerPixel) ?? 1,
    photometric: textOf(values, ATTRIBUTE.photometricInterpretation) ?? '',
    planar: integerOf(values, ATTRIBUTE.planarConfiguration) === 1,
    bitsAllocated: integerOf(values, ATTRIBUTE.bitsAllocated) ?? 0,
    signed: integerOf(values, ATTRIBUTE.pixelRepresentation) === 1,
    opticalPaths: integerOf(values, ATTRIBUTE.numberOfOpticalPaths) ?? 1,
    focalPlanes: integerOf(values, ATTRIBUTE.totalFocalPlanes) ?? 1,
    sparse,
    positions: header.positions,
    concatenationUid: textOf(values, ATTRIBUTE.concatenationUid),
    firstFrame: integerOf(values, ATTRIBUTE.concatenationFrameOffset) ?? 0,
    pixelData: pixelDataOf(values, fileBytes),
    offsetTable: placeOf(values, ATTRIBUTE.extendedOffsetTable),
    lengthTable: placeOf(values, ATTRIBUTE.extendedOffsetTableLengths),
    mpp: mppOf(values, sizes.totalColumns, sizes.totalRows),
    ...describeScan(values),
  };
}
