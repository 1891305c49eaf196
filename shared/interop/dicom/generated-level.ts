import type { Mpp } from '../../slide/slide.ts';
import { columnsOf, type PyramidLevel, rowsOf } from '../../slide/pyramid.ts';
import { AppError } from '../../errors/app-error.ts';
import { WHOLE_SLIDE_IMAGE } from './attributes.ts';
import { dicomJson, type DicomJson, decimal, textValue } from './dicom-json.ts';
import { derivedUid, seriesUidOf, studyUidOf } from './dicom-uid.ts';
import { type DicomSlideRecord, scanMomentOf } from './slide-record.ts';

/** JPEG Baseline (PS3.6 table A-1). */
export const JPEG_BASELINE = '1.2.840.10008.1.2.4.50';

/** What the frames of an instance are, all of them the same. */
export interface FrameColours {
  readonly samples: 1 | 3;
  readonly photometric: 'MONOCHROME2' | 'RGB' | 'YBR_FULL_422';
  /** Of one frame in the middle: uncompressed to compressed. */
  readonly compressionRatio: number;
}

/** A picture that is told as a DICOM instance. `columns` and `rows` are those of a frame. */
export interface GeneratedImage {
  readonly uid: string;
  readonly number: number;
  readonly imageType: readonly string[];
  readonly widthPx: number;
  readonly heightPx: number;
  readonly columns: number;
  readonly rows: number;
  readonly frames: number;
  readonly colours: FrameColours;
  /** How the pixels came to be, where they are not the scanner's own. */
  readonly derivation: string | undefined;
  readonly labelInImage: boolean;
  /** Micrometres that the picture shows; undefined when nobody knows. */
  readonly extent: Mpp | undefined;
}

/** An instance keeps its UID as long as it has the same pixels. */
export function levelUid({ id, properties }: DicomSlideRecord, level: number): string {
  const { widthPx = 0, heightPx = 0 } = properties.pyramid.levels[level] ?? {};
  return derivedUid(id, `level/${level}/${widthPx}x${heightPx}`);
}

/** @throws AppError 'interop.no-scale' */
function extentOf({ mpp, properties }: DicomSlideRecord): Mpp {
  if (mpp === null) throw new AppError('interop.no-scale', 'nobody knows the size of a pixel');
  const { widthPx, heightPx } = properties.pyramid;
  return { x: mpp.x * widthPx, y: mpp.y * heightPx };
}

/** The third value: a level that fits one frame is the thumbnail. Fourth: whether it was scanned so or scaled. */
function imageTypeOf(slide: DicomSlideRecord, index: number, reencoded: boolean): string[] {
  const { levels } = slide.properties.pyramid;
  const level = levels[index];
  const single = level !== undefined && columnsOf(level) * rowsOf(level) === 1;
  const flavour = single && index > 0 && index === levels.length - 1 ? 'THUMBNAIL' : 'VOLUME';
  const origin = index === 0 && !reencoded ? 'ORIGINAL' : 'DERIVED';
  return [origin, 'PRIMARY', flavour, index === 0 ? 'NONE' : 'RESAMPLED'];
}

function derivationOf(level: PyramidLevel, reencoded: boolean): string | undefined {
  if (level.fileLevel === null) return 'Halved from a finer level and encoded as JPEG by Farscope';
  return reencoded ? 'Decoded from the file and encoded as JPEG by Farscope' : undefined;
}

/**
 * A level of a slide as an instance.
 * @param reencoded whether its frames are not those of the file
 * @throws AppError 'interop.no-scale'
 */
export function generatedLevel(
  slide: DicomSlideRecord,
  index: number,
  { colours, reencoded }: { readonly colours: FrameColours; readonly reencoded: boolean },
): GeneratedImage {
  const level = slide.properties.pyramid.levels[index];
  if (level === undefined) throw new RangeError(`no level ${index}`);
  return {
    uid: levelUid(slide, index),
    number: index + 1,
    imageType: imageTypeOf(slide, index, reencoded),
    widthPx: level.widthPx,
    heightPx: level.heightPx,
    columns: level.tileWidthPx,
    rows: level.tileHeightPx,
    frames: columnsOf(level) * rowsOf(level),
    colours,
    derivation: derivationOf(level, reencoded),
    labelInImage: false,
    extent: extentOf(slide),
  };
}

function code(value: string, scheme: string, meaning: string): DicomJson {
  return dicomJson({ CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning });
}

/** Brightfield, white light: what the formats that are read here hold (CID 8123, CID 8122). */
function opticalPath(
  { properties }: DicomSlideRecord,
  { colours }: GeneratedImage,
  iccUri: string,
): DicomJson {
  return dicomJson({
    OpticalPathIdentifier: '1',
    IlluminationTypeCodeSequence: [code('111744', 'DCM', 'Brightfield illumination')],
    IlluminationColorCodeSequence: [code('414298005', 'SCT', 'Full Spectrum')],
    ObjectiveLensPower: properties.objectivePower ?? undefined,
    ICCProfile: colours.samples === 3 ? { bulkDataUri: iccUri } : undefined,
  });
}

function pixelModule({ colours, columns, rows, frames }: GeneratedImage) {
  const grey = colours.samples === 1;
  return {
    SamplesPerPixel: colours.samples,
    PhotometricInterpretation: colours.photometric,
    PlanarConfiguration: grey ? undefined : 0,
    NumberOfFrames: frames,
    Rows: rows,
    Columns: columns,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
    PresentationLUTShape: grey ? 'IDENTITY' : undefined,
    RescaleIntercept: grey ? 0 : undefined,
    RescaleSlope: grey ? 1 : undefined,
    LossyImageCompression: '01',
    LossyImageCompressionRatio: decimal(colours.compressionRatio),
    LossyImageCompressionMethod: 'ISO_10918_1',
  };
}

/** Micrometres of depth that the standard demands and no tiled format tells: a usual section. */
const SECTION_UM = 4;

function functionalGroups(image: GeneratedImage): DicomJson {
  const { extent, widthPx, heightPx, imageType } = image;
  const spacing =
    extent === undefined
      ? undefined
      : [decimal(extent.y / heightPx / 1_000), decimal(extent.x / widthPx / 1_000)];
  const measures = { SliceThickness: SECTION_UM / 1_000, PixelSpacing: spacing };
  return dicomJson({
    PixelMeasuresSequence: [dicomJson(measures)],
    WholeSlideMicroscopyImageFrameTypeSequence: [dicomJson({ FrameType: imageType })],
    OpticalPathIdentificationSequence: [dicomJson({ OpticalPathIdentifier: '1' })],
  });
}

/**
 * Where the picture lies on the glass. Nobody tells: so its first pixel is the origin, its rows run along the long side
 * with the label to the right, and viewers that turn a slide by this show it as it is shown here.
 */
function position({ extent, widthPx, heightPx }: GeneratedImage) {
  const width = decimal((extent?.x ?? widthPx) / 1_000);
  const height = decimal((extent?.y ?? heightPx) / 1_000);
  return {
    ImagedVolumeWidth: width,
    ImagedVolumeHeight: height,
    ImagedVolumeDepth: SECTION_UM,
    TotalPixelMatrixColumns: widthPx,
    TotalPixelMatrixRows: heightPx,
    TotalPixelMatrixOriginSequence: [
      dicomJson({
        XOffsetInSlideCoordinateSystem: 0,
        YOffsetInSlideCoordinateSystem: 0,
      }),
    ],
    ImageOrientationSlide: [0, 1, 0, 1, 0, 0],
  };
}

function names(slide: DicomSlideRecord, image: GeneratedImage) {
  const { date, time, dateTime } = scanMomentOf(slide);
  const { vendor, scanner } = slide.properties;
  return {
    ImageType: image.imageType,
    SOPClassUID: WHOLE_SLIDE_IMAGE,
    SOPInstanceUID: image.uid,
    ContentDate: date,
    ContentTime: time === '' ? '000000' : time,
    AcquisitionDateTime: dateTime,
    Modality: 'SM',
    Manufacturer: textValue(vendor ?? 'unknown'),
    ManufacturerModelName: textValue(scanner ?? 'unknown'),
    DeviceSerialNumber: 'unknown',
    SoftwareVersions: 'unknown',
    DerivationDescription: image.derivation,
    StudyInstanceUID: studyUidOf(slide.id),
    SeriesInstanceUID: seriesUidOf(slide.id),
    SeriesNumber: 1,
    InstanceNumber: image.number,
    FrameOfReferenceUID: derivedUid(slide.id, 'frame-of-reference'),
    PositionReferenceIndicator: 'SLIDE_CORNER',
    AvailableTransferSyntaxUID: JPEG_BASELINE,
  };
}

/**
 * The VL Whole Slide Microscopy Image that a picture would be (PS3.3, A.32.8), without patient and specimen.
 * @param iccUri where the ICC profile of its optical path is
 */
export function generatedDataset(
  slide: DicomSlideRecord,
  image: GeneratedImage,
  iccUri: string,
): DicomJson {
  const isLevel = !image.labelInImage;
  const organization = derivedUid(slide.id, 'dimension-organization');
  return dicomJson({
    ...names(slide, image),
    ...pixelModule(image),
    ...position(image),
    PyramidUID: isLevel ? derivedUid(slide.id, 'pyramid') : undefined,
    DimensionOrganizationSequence: [dicomJson({ DimensionOrganizationUID: organization })],
    DimensionOrganizationType: 'TILED_FULL',
    ContainerTypeCodeSequence: [code('433466003', 'SCT', 'Microscope slide')],
    BurnedInAnnotation: image.labelInImage ? 'YES' : 'NO',
    SpecimenLabelInImage: image.labelInImage ? 'YES' : 'NO',
    LabelText: image.imageType[2] === 'LABEL' ? null : undefined,
    BarcodeValue: image.imageType[2] === 'LABEL' ? null : undefined,
    VolumetricProperties: 'VOLUME',
    FocusMethod: 'AUTO',
    ExtendedDepthOfField: 'NO',
    OpticalPathSequence: [opticalPath(slide, image, iccUri)],
    NumberOfOpticalPaths: 1,
    TotalPixelMatrixFocalPlanes: 1,
    SharedFunctionalGroupsSequence: [functionalGroups(image)],
  });
}
