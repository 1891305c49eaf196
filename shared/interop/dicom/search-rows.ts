import { tagOf, type DicomKeyword } from './attributes.ts';
import { dicomJson, type DicomJson, textValue } from './dicom-json.ts';
import { studyIdentity } from './identity.ts';
import type { DicomSlideRecord } from './slide-record.ts';

/** Series of a slide with its instances, as far as the caller may see them. */
export interface ToldSeries {
  readonly slide: DicomSlideRecord;
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly instances: readonly ToldInstance[];
}

/** An instance by name; where its pixels come from. */
export interface ToldInstance {
  readonly uid: string;
  readonly from:
    | { readonly kind: 'level'; readonly level: number }
    | { readonly kind: 'picture'; readonly picture: 'label' | 'macro' }
    /** `index` counts in SlideProperties.dicom.instances. */
    | { readonly kind: 'stored'; readonly index: number; readonly flavour: string };
}

/** A study: its first slide names it. */
export interface ToldStudy {
  readonly studyUid: string;
  readonly first: DicomSlideRecord;
  readonly series: readonly ToldSeries[];
}

/** Attributes of a study in a search (PS3.18 table 10.6.3-3). */
export function studyRow({ studyUid, first, series }: ToldStudy, root: string): DicomJson {
  const instances = series.reduce((sum, one) => sum + one.instances.length, 0);
  return {
    ...studyIdentity(first),
    ...dicomJson({
      InstanceAvailability: 'ONLINE',
      ModalitiesInStudy: 'SM',
      RetrieveURL: `${root}/studies/${studyUid}`,
      StudyInstanceUID: studyUid,
      NumberOfStudyRelatedSeries: series.length,
      NumberOfStudyRelatedInstances: instances,
    }),
  };
}

/** Attributes of a series in a search (PS3.18 table 10.6.3-4). */
export function seriesRow(one: ToldSeries, number: number, root: string): DicomJson {
  const { studyUid, seriesUid, slide, instances } = one;
  return dicomJson({
    SpecificCharacterSet: 'ISO_IR 192',
    InstanceAvailability: 'ONLINE',
    Modality: 'SM',
    SeriesDescription: textValue(slide.name),
    RetrieveURL: `${root}/studies/${studyUid}/series/${seriesUid}`,
    StudyInstanceUID: studyUid,
    SeriesInstanceUID: seriesUid,
    SeriesNumber: number,
    NumberOfSeriesRelatedInstances: instances.length,
  });
}

const INSTANCE_KEYWORDS: readonly DicomKeyword[] = [
  'SpecificCharacterSet',
  'ImageType',
  'SOPClassUID',
  'SOPInstanceUID',
  'AvailableTransferSyntaxUID',
  'StudyInstanceUID',
  'SeriesInstanceUID',
  'InstanceNumber',
  'NumberOfFrames',
  'Rows',
  'Columns',
  'BitsAllocated',
  'TotalPixelMatrixColumns',
  'TotalPixelMatrixRows',
];

/**
 * Attributes of an instance in a search (PS3.18 table 10.6.3-5).
 * @param include tags beside the usual ones
 */
export function instanceRow(
  metadata: DicomJson,
  include: 'all' | readonly string[],
  retrieveUrl: string,
): DicomJson {
  const added = dicomJson({ InstanceAvailability: 'ONLINE', RetrieveURL: retrieveUrl });
  if (include === 'all') return { ...metadata, ...added };
  const wanted = new Set([...INSTANCE_KEYWORDS.map(tagOf), ...include]);
  const kept = Object.entries(metadata).filter(([tag]) => wanted.has(tag));
  return { ...Object.fromEntries(kept), ...added };
}
