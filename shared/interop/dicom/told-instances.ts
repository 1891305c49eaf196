import { levelUid } from './generated-level.ts';
import { seriesUidOf, studyUidOf } from './dicom-uid.ts';
import { isTold, pictureUid } from './generated-picture.ts';
import type { ToldInstance, ToldSeries, ToldStudy } from './search-rows.ts';
import type { DicomSlideRecord } from './slide-record.ts';

/** All but the levels may show the label, which is patient data. */
export function showsLabel({ from }: ToldInstance): boolean {
  return from.kind === 'picture' || (from.kind === 'stored' && from.flavour !== 'VOLUME');
}

/** Levels as instances, with the pictures beside them for whoever may see the label. */
function generatedSeries(slide: DicomSlideRecord, labelVisible: boolean): ToldSeries[] {
  const { pyramid, associated } = slide.properties;
  const levels = pyramid.levels.map(
    (_, level): ToldInstance => ({ uid: levelUid(slide, level), from: { kind: 'level', level } }),
  );
  const kinds = new Set(labelVisible ? associated.map(({ kind }) => kind).filter(isTold) : []);
  const pictures = [...kinds].map(
    (picture): ToldInstance => ({
      uid: pictureUid(slide, picture),
      from: { kind: 'picture', picture },
    }),
  );
  const studyUid = studyUidOf(slide.id);
  const seriesUid = seriesUidOf(slide.id);
  return [{ slide, studyUid, seriesUid, instances: [...levels, ...pictures] }];
}

/** Files of a DICOM slide. */
function storedSeries(
  slide: DicomSlideRecord,
  names: NonNullable<DicomSlideRecord['properties']['dicom']>,
  labelVisible: boolean,
): ToldSeries[] {
  const series = new Map<string, ToldInstance[]>();
  for (const [index, { uid, seriesUid, flavour }] of names.instances.entries()) {
    const instance: ToldInstance = { uid, from: { kind: 'stored', index, flavour } };
    if (showsLabel(instance) && !labelVisible) continue;
    series.set(seriesUid, [...(series.get(seriesUid) ?? []), instance]);
  }
  const { studyUid } = names;
  return [...series].map(([seriesUid, instances]) => ({ slide, studyUid, seriesUid, instances }));
}

export function studyUidOfSlide({ id, properties }: DicomSlideRecord): string {
  return properties.dicom?.studyUid ?? studyUidOf(id);
}

/** The series of a slide, as far as this reader may see them. */
export function seriesOfSlide(slide: DicomSlideRecord, labelVisible: boolean): ToldSeries[] {
  const { dicom } = slide.properties;
  return dicom === undefined
    ? generatedSeries(slide, labelVisible)
    : storedSeries(slide, dicom, labelVisible);
}

/**
 * Slides by study, in the order in which they come. The same series sent twice, perhaps by two hospitals, is told
 * once: of the slide that comes first.
 */
export function groupStudies(
  slides: readonly { readonly slide: DicomSlideRecord; readonly labelVisible: boolean }[],
): ToldStudy[] {
  const studies = new Map<string, { first: DicomSlideRecord; series: Map<string, ToldSeries> }>();
  for (const { slide, labelVisible } of slides) {
    const studyUid = studyUidOfSlide(slide);
    const study = studies.get(studyUid) ?? { first: slide, series: new Map() };
    studies.set(studyUid, study);
    for (const one of seriesOfSlide(slide, labelVisible)) {
      if (!study.series.has(one.seriesUid)) study.series.set(one.seriesUid, one);
    }
  }
  return [...studies].map(([studyUid, { first, series }]) => ({
    studyUid,
    first,
    series: [...series.values()],
  }));
}
