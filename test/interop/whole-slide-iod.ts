import { tagOf, type DicomKeyword } from '../../shared/interop/dicom/attributes.ts';
import type { DicomJson } from '../../shared/interop/dicom/dicom-json.ts';

/**
 * What PS3.3 A.32.8 (VL Whole Slide Microscopy Image) demands, module by module: attributes of type 1, which must have
 * a value, of type 2, which must be there, and those of type 1C and 2C whose condition holds here.
 */
interface Demand {
  readonly keyword: DicomKeyword;
  readonly type: 1 | 2;
  /** The condition of types 1C and 2C. */
  readonly when?: (image: DicomJson) => boolean;
  /** Enumerated values. */
  readonly oneOf?: readonly unknown[];
  /** How many values, where not one. */
  readonly count?: number;
  /** Demands on every item of a sequence. */
  readonly items?: readonly Demand[];
}

function valueOf(image: DicomJson, keyword: DicomKeyword): unknown {
  return image[tagOf(keyword)]?.Value?.[0];
}

const is = (keyword: DicomKeyword, value: unknown) => (image: DicomJson) =>
  valueOf(image, keyword) === value;
const isGrey = is('PhotometricInterpretation', 'MONOCHROME2');
const isColour = (image: DicomJson) => !isGrey(image);
const isFull = is('DimensionOrganizationType', 'TILED_FULL');
const isLabel = (image: DicomJson) => image[tagOf('ImageType')]?.Value?.[2] === 'LABEL';
const isLossy = is('LossyImageCompression', '01');

const one = (keyword: DicomKeyword, more: Omit<Demand, 'keyword' | 'type'> = {}): Demand => ({
  keyword,
  type: 1,
  ...more,
});
const two = (keyword: DicomKeyword): Demand => ({ keyword, type: 2 });

/** PS3.3 table 8.8-1. */
const CODE: readonly Demand[] = [
  one('CodeValue'),
  one('CodingSchemeDesignator'),
  one('CodeMeaning'),
];

const PATIENT_AND_STUDY: readonly Demand[] = [
  // C.7.1.1
  two('PatientName'),
  two('PatientID'),
  two('PatientBirthDate'),
  two('PatientSex'),
  // C.7.2.1
  one('StudyInstanceUID'),
  two('StudyDate'),
  two('StudyTime'),
  two('ReferringPhysicianName'),
  two('StudyID'),
  two('AccessionNumber'),
  // C.7.3.1 and C.8.12.3
  one('Modality', { oneOf: ['SM'] }),
  one('SeriesInstanceUID'),
  two('SeriesNumber'),
  // C.7.4.1
  one('FrameOfReferenceUID'),
  two('PositionReferenceIndicator'),
];

const EQUIPMENT: readonly Demand[] = [
  // C.7.5.2
  one('Manufacturer'),
  one('ManufacturerModelName'),
  one('DeviceSerialNumber'),
  one('SoftwareVersions'),
];

const PIXELS: readonly Demand[] = [
  // C.7.6.3 and C.8.12.4
  one('SamplesPerPixel', { oneOf: [1, 3] }),
  one('PhotometricInterpretation', {
    oneOf: ['MONOCHROME2', 'RGB', 'YBR_FULL_422', 'YBR_ICT', 'YBR_RCT'],
  }),
  one('PlanarConfiguration', { when: isColour, oneOf: [0] }),
  one('Rows'),
  one('Columns'),
  one('BitsAllocated', { oneOf: [8, 16] }),
  one('BitsStored', { oneOf: [8, 16] }),
  one('HighBit', { oneOf: [7, 15] }),
  one('PixelRepresentation', { oneOf: [0] }),
  one('PresentationLUTShape', { when: isGrey, oneOf: ['IDENTITY'] }),
  one('RescaleIntercept', { when: isGrey, oneOf: [0] }),
  one('RescaleSlope', { when: isGrey, oneOf: [1] }),
  one('NumberOfFrames'),
  one('BurnedInAnnotation', { oneOf: ['YES', 'NO'] }),
  one('LossyImageCompression', { oneOf: ['00', '01'] }),
  one('LossyImageCompressionRatio', { when: isLossy }),
  one('LossyImageCompressionMethod', { when: isLossy, oneOf: ['ISO_10918_1'] }),
];

const GROUPS: readonly Demand[] = [
  // C.7.6.16 and A.32.8.4
  one('InstanceNumber'),
  one('ContentDate'),
  one('ContentTime'),
  one('SharedFunctionalGroupsSequence', {
    items: [
      one('PixelMeasuresSequence', {
        items: [one('SliceThickness'), one('PixelSpacing', { count: 2 })],
      }),
      one('WholeSlideMicroscopyImageFrameTypeSequence', {
        items: [one('FrameType', { count: 4 })],
      }),
      one('OpticalPathIdentificationSequence', { items: [one('OpticalPathIdentifier')] }),
    ],
  }),
  // C.7.6.17
  one('DimensionOrganizationSequence', { items: [one('DimensionOrganizationUID')] }),
  one('DimensionOrganizationType', { oneOf: ['TILED_FULL'] }),
];

const SPECIMEN: readonly Demand[] = [
  // C.7.6.14 and C.7.6.22
  two('AcquisitionContextSequence'),
  one('ContainerIdentifier'),
  two('IssuerOfTheContainerIdentifierSequence'),
  { keyword: 'ContainerTypeCodeSequence', type: 2, items: CODE },
  one('SpecimenDescriptionSequence', {
    items: [
      one('SpecimenIdentifier'),
      two('IssuerOfTheSpecimenIdentifierSequence'),
      one('SpecimenUID'),
      two('SpecimenPreparationSequence'),
    ],
  }),
];

const WHOLE_SLIDE: readonly Demand[] = [
  // C.8.12.4
  one('ImageType', { count: 4 }),
  one('ImagedVolumeWidth'),
  one('ImagedVolumeHeight'),
  one('ImagedVolumeDepth'),
  one('TotalPixelMatrixColumns'),
  one('TotalPixelMatrixRows'),
  one('TotalPixelMatrixOriginSequence', {
    items: [one('XOffsetInSlideCoordinateSystem'), one('YOffsetInSlideCoordinateSystem')],
  }),
  one('ImageOrientationSlide', { count: 6 }),
  one('VolumetricProperties', { oneOf: ['VOLUME'] }),
  one('SpecimenLabelInImage', { oneOf: ['YES', 'NO'] }),
  one('FocusMethod', { oneOf: ['AUTO', 'MANUAL'] }),
  one('ExtendedDepthOfField', { oneOf: ['NO'] }),
  one('AcquisitionDateTime'),
  one('TotalPixelMatrixFocalPlanes', { when: isFull, oneOf: [1] }),
  // C.8.12.5
  one('NumberOfOpticalPaths', { when: isFull, oneOf: [1] }),
  one('OpticalPathSequence', {
    items: [
      one('OpticalPathIdentifier'),
      one('IlluminationTypeCodeSequence', { items: CODE }),
      one('IlluminationColorCodeSequence', { items: CODE }),
    ],
  }),
  // C.8.12.8
  { ...two('LabelText'), when: isLabel },
  { ...two('BarcodeValue'), when: isLabel },
  // C.12.1
  one('SOPClassUID', { oneOf: ['1.2.840.10008.5.1.4.1.1.77.1.6'] }),
  one('SOPInstanceUID'),
];

const DEMANDS: readonly Demand[] = [
  ...PATIENT_AND_STUDY,
  ...EQUIPMENT,
  ...PIXELS,
  ...GROUPS,
  ...SPECIMEN,
  ...WHOLE_SLIDE,
];

function faultsOf(demand: Demand, dataset: DicomJson, image: DicomJson, where: string): string[] {
  const { keyword, type, when, oneOf, count, items } = demand;
  if (when !== undefined && !when(image)) return [];
  const name = `${where}${keyword}`;
  const element = dataset[tagOf(keyword)];
  if (element === undefined) return [`${name} is not there`];
  const values = element.Value ?? [];
  if (values.length === 0) return type === 1 ? [`${name} has no value`] : [];
  const faults: string[] = [];
  if (oneOf !== undefined && !oneOf.includes(values[0]))
    faults.push(`${name} is ${String(values[0])}`);
  if (count !== undefined && values.length !== count) faults.push(`${name} has ${values.length}`);
  for (const item of items === undefined ? [] : (values as readonly DicomJson[])) {
    for (const inner of items ?? []) faults.push(...faultsOf(inner, item, image, `${name}.`));
  }
  return faults;
}

/** An ICC profile is told by its address (C.8.12.5: type 1C, for images in colour). */
function profileFaults(image: DicomJson): string[] {
  const [path] = (image[tagOf('OpticalPathSequence')]?.Value ?? []) as readonly DicomJson[];
  const told = path?.[tagOf('ICCProfile')]?.BulkDataURI !== undefined;
  return isColour(image) && !told ? ['ICCProfile is not there'] : [];
}

/** What an instance lacks of what the standard demands; pictures of the label have no known spacing. */
export function faultsOfImage(image: DicomJson): string[] {
  const faults = [
    ...DEMANDS.flatMap((demand) => faultsOf(demand, image, image, '')),
    ...profileFaults(image),
  ];
  const spacing = /\.PixelSpacing is not there$/;
  return image[tagOf('SpecimenLabelInImage')]?.Value?.[0] === 'YES'
    ? faults.filter((fault) => !spacing.test(fault))
    : faults;
}

const VR_PATTERNS: Readonly<Record<string, RegExp>> = {
  UI: /^[0-9]+(\.(0|[1-9][0-9]*))*$/,
  CS: /^[A-Z0-9 _]{1,16}$/,
  DA: /^\d{8}$/,
  TM: /^\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?$/,
  DT: /^\d{8}(\d{6}(\.\d{1,6})?)?([+-]\d{4})?$/,
  SH: /^[^\\]{1,16}$/,
  LO: /^[^\\]{1,64}$/,
};

/** Attributes whose value does not fit its representation (PS3.5, 6.2) or the JSON model (PS3.18, F.2). */
export function faultsOfValues(dataset: DicomJson, where = ''): string[] {
  const faults: string[] = [];
  for (const [tag, { vr, Value: values = [] }] of Object.entries(dataset)) {
    for (const value of values) {
      const name = `${where}${tag} ${vr} ${JSON.stringify(value)}`;
      if (vr === 'SQ') faults.push(...faultsOfValues(value as DicomJson, `${tag}.`));
      else if (vr === 'PN') {
        if (typeof (value as { Alphabetic?: unknown }).Alphabetic !== 'string') faults.push(name);
      } else if (['US', 'UL', 'SL', 'FL', 'FD', 'DS', 'IS'].includes(vr)) {
        const fits = typeof value === 'number' && (vr !== 'DS' || String(value).length <= 16);
        if (!fits) faults.push(name);
      } else if (typeof value !== 'string' || VR_PATTERNS[vr]?.test(value) === false) {
        faults.push(name);
      }
      if (vr === 'UI' && String(value).length > 64) faults.push(`${name} is too long`);
    }
  }
  return faults;
}
