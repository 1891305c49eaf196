import type { SlideFile } from '../../bytes/byte-source.ts';
import { once } from '../../bytes/once.ts';
import { AppError } from '../../errors/app-error.ts';
import type { AssociatedKind } from '../../slide/slide.ts';
import { checkAllocation, damaged, unsupportedLayout } from '../format-errors.ts';
import { LIMITS } from '../limits.ts';
import type { Note } from '../notes.ts';
import type { AssociatedImage, DicomFiles, OpenedSlide, SlideImage } from '../slide-image.ts';
import { nearDownsample } from '../tiff/near-downsample.ts';
import { type DicomInstance, dicomInstance } from './dicom-instance.ts';
import { dicomLevel, type LevelContext } from './dicom-level.ts';
import { readDicomHeader } from './read-instance.ts';
import { transferSyntaxOf } from './transfer-syntax.ts';
import { UID_PATTERN } from './uid-pattern.ts';

export { isDicom } from './read-instance.ts';

const ASSOCIATED: ReadonlyMap<string, AssociatedKind> = new Map([
  ['LABEL', 'label'],
  ['OVERVIEW', 'macro'],
  ['THUMBNAIL', 'thumbnail'],
] as const);

async function readInstances(files: readonly SlideFile[]): Promise<readonly DicomInstance[]> {
  const instances: DicomInstance[] = [];
  const seen = new Set<string>();
  for (const [index, file] of files.entries()) {
    const header = await readDicomHeader(file.source);
    const instance = dicomInstance(header, index, file.source.size);
    // The same instance twice is a copy in another folder.
    if (seen.has(instance.instanceUid)) continue;
    seen.add(instance.instanceUid);
    instances.push(instance);
  }
  return instances;
}

/** Instances of one level: parts of a concatenation in the order of their frames. */
function groupLevels(volumes: readonly DicomInstance[]): readonly (readonly DicomInstance[])[] {
  const groups = new Map<string, DicomInstance[]>();
  for (const instance of volumes) {
    const key = `${instance.totalColumns} x ${instance.totalRows}`;
    groups.set(key, [...(groups.get(key) ?? []), instance]);
  }
  for (const parts of groups.values()) {
    const ids = new Set(parts.map(({ concatenationUid }) => concatenationUid));
    const isConcatenation = ids.size === 1 && parts[0]?.concatenationUid !== undefined;
    if (parts.length > 1 && !isConcatenation) throw unsupportedLayout('several-planes');
    parts.sort((a, b) => a.firstFrame - b.firstFrame);
    checkParts(parts);
  }
  return [...groups.values()].toSorted(
    (a, b) => (b[0]?.totalColumns ?? 0) - (a[0]?.totalColumns ?? 0),
  );
}

/** The parts of a concatenation follow one another without a gap. */
function checkParts(parts: readonly DicomInstance[]): void {
  let next = 0;
  for (const part of parts) {
    if (part.concatenationUid !== undefined && part.firstFrame !== next) {
      throw damaged('frames-missing', `frames ${next} to ${part.firstFrame}`);
    }
    next += part.frames;
  }
}

function readPictures(instances: readonly DicomInstance[], context: LevelContext) {
  return instances.flatMap((instance): AssociatedImage[] => {
    const kind = ASSOCIATED.get(instance.flavour);
    if (kind === undefined) return [];
    try {
      return [{ ...dicomLevel([instance], 1, context), kind }];
    } catch (error) {
      // A picture beside the slide that cannot be read does not keep the slide from opening.
      if (error instanceof AppError && error.code.startsWith('format.')) return [];
      throw error;
    }
  });
}

function propertiesOf(full: DicomInstance, notes: readonly Note[]): SlideImage['properties'] {
  return {
    format: 'dicom',
    vendor: full.manufacturer,
    scanner: full.model,
    compression: transferSyntaxOf(full.transferSyntaxUid).name,
    mpp: full.mpp,
    objectivePower: full.objectivePower,
    scannedAt: full.acquiredAt,
    background: { r: 255, g: 255, b: 255 },
    notes,
    barcode: full.barcode,
  };
}

function levelsOf(groups: readonly (readonly DicomInstance[])[], context: LevelContext) {
  const sizeOf = (parts: readonly DicomInstance[]) => ({
    widthPx: parts[0]?.totalColumns ?? 1,
    heightPx: parts[0]?.totalRows ?? 1,
  });
  const full = sizeOf(groups[0] ?? []);
  return groups.map((parts) => dicomLevel(parts, nearDownsample(full, sizeOf(parts)), context));
}

/** How a program asks for these files; undefined when one of them has no valid name. */
function namesOf(instances: readonly DicomInstance[], studyUid: string): DicomFiles | undefined {
  const named = instances.map(({ instanceUid: uid, seriesUid, flavour, file }) => ({
    uid,
    seriesUid,
    flavour,
    file,
  }));
  const valid = named.every(
    ({ uid, seriesUid }) => UID_PATTERN.test(uid) && UID_PATTERN.test(seriesUid),
  );
  return valid && UID_PATTERN.test(studyUid) ? { studyUid, instances: named } : undefined;
}

/**
 * Opens a DICOM whole-slide image: one file, or a series with a level, label or overview in each.
 * @param files all of them DICOM
 * @throws AppError of the format.* family
 */
export async function openDicomSlide(files: readonly SlideFile[]): Promise<OpenedSlide> {
  const instances = await readInstances(files);
  const volumes = instances.filter(({ flavour }) => !ASSOCIATED.has(flavour));
  const full = groupLevels(volumes)[0]?.[0];
  if (full === undefined) throw unsupportedLayout('not-a-slide', 'no DICOM volume');
  if (volumes.some(({ seriesUid }) => seriesUid !== full.seriesUid)) {
    throw unsupportedLayout('several-slides');
  }
  const extraFiles: SlideFile[] = [];
  const context: LevelContext = {
    files,
    addFile(of, source) {
      extraFiles.push({ path: `${files[of]?.path ?? of}.stitched`, source });
      return files.length + extraFiles.length - 1;
    },
  };
  const levels = levelsOf(groupLevels(volumes), context);
  const associated = readPictures(instances, context);
  const place = full.iccProfile;
  if (place !== undefined) checkAllocation(place.length, LIMITS.iccBytes, 'ICC profile');
  const source = files[full.file]?.source;
  const readProfile = once(async () =>
    place === undefined ? undefined : source?.read(place.at, place.length),
  );
  const dicom = namesOf(instances, full.studyUid);
  const image: SlideImage = {
    ...(dicom === undefined ? {} : { dicom }),
    files: [...files, ...extraFiles],
    properties: propertiesOf(full, []),
    levels,
    associated,
    iccProfileBytes: place?.length,
    readIccProfile: async (signal) => {
      signal?.throwIfAborted();
      return readProfile();
    },
  };
  return { kind: 'pyramid', image };
}
