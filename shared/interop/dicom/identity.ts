import { dicomJson, type DicomJson, textValue } from './dicom-json.ts';
import { derivedUid } from './dicom-uid.ts';
import { type DicomSlideRecord, scanMomentOf } from './slide-record.ts';

/**
 * What stands where a patient would be. No screen shows who the patient is, so no program is told: name, number,
 * birth date, sex, accession number and specimen of a DICOM file are never passed on. The name is the slide's.
 * @param first the slide that the study is named after; of a study with several, the same for all of them
 */
export function studyIdentity(first: DicomSlideRecord): DicomJson {
  const { date, time } = scanMomentOf(first);
  return dicomJson({
    SpecificCharacterSet: 'ISO_IR 192',
    StudyDate: date,
    StudyTime: time,
    AccessionNumber: null,
    ReferringPhysicianName: null,
    PatientName: textValue(first.name),
    PatientID: first.id,
    PatientBirthDate: null,
    PatientSex: null,
    StudyID: first.id.slice(0, 8),
  });
}

/** The slide itself: a container with one specimen, both named by the slide's id. */
export function slideIdentity(slide: DicomSlideRecord): DicomJson {
  return dicomJson({
    InstitutionName: textValue(slide.institution),
    SeriesDescription: textValue(slide.name),
    AcquisitionContextSequence: null,
    ContainerIdentifier: slide.id,
    IssuerOfTheContainerIdentifierSequence: null,
    SpecimenDescriptionSequence: [
      dicomJson({
        SpecimenIdentifier: slide.id,
        SpecimenUID: derivedUid(slide.id, 'specimen'),
        IssuerOfTheSpecimenIdentifierSequence: null,
        SpecimenShortDescription: slide.stain === null ? undefined : textValue(slide.stain),
        SpecimenPreparationSequence: null,
      }),
    ],
  });
}
