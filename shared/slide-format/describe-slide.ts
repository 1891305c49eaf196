import type { DicomNames, SlideProperties } from '../slide/slide.ts';
import { planPyramid } from './plan-pyramid.ts';
import type { DicomFiles, SlideImage } from './slide-image.ts';

function namesOf({ studyUid, instances }: DicomFiles): DicomNames {
  return {
    studyUid,
    instances: instances.map(({ uid, seriesUid, flavour }) => ({ uid, seriesUid, flavour })),
  };
}

/** What the file says about itself, as readers may see it: everything but the barcode. */
export function describeSlide(image: SlideImage, iccName: string | null = null): SlideProperties {
  const { properties } = image;
  const bytes = image.iccProfileBytes;
  return {
    format: properties.format,
    vendor: properties.vendor ?? null,
    scanner: properties.scanner ?? null,
    compression: properties.compression,
    mpp: properties.mpp ?? null,
    objectivePower: properties.objectivePower ?? null,
    scannedAt: properties.scannedAt ?? null,
    iccProfile: bytes === undefined ? null : { bytes, name: iccName },
    background: { ...properties.background },
    pyramid: planPyramid(image),
    associated: image.associated.map(({ kind, widthPx, heightPx }) => ({
      kind,
      widthPx,
      heightPx,
    })),
    notes: [...properties.notes],
    ...(image.dicom === undefined ? {} : { dicom: namesOf(image.dicom) }),
  };
}
