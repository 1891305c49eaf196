import type { SlideFile } from '../../../shared/bytes/byte-source.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { describeSlide } from '../../../shared/slide-format/describe-slide.ts';
import type { Note } from '../../../shared/slide-format/notes.ts';
import { openSlide } from '../../../shared/slide-format/open-slide.ts';
import type { SlideImage } from '../../../shared/slide-format/slide-image.ts';
import type { OpenFindings, OpenJob } from '../decode-protocol.ts';
import { iccProfileName } from '../icc-profile-name.ts';

interface ProfileFindings {
  readonly name: string | null;
  readonly notes: readonly Note[];
}

/** A profile that cannot be read does not keep a slide from opening, but the reader is told. */
async function nameOfProfile(image: SlideImage): Promise<ProfileFindings> {
  if (image.iccProfileBytes === undefined) return { name: null, notes: [] };
  try {
    const profile = await image.readIccProfile();
    return { name: profile === undefined ? null : (iccProfileName(profile) ?? null), notes: [] };
  } catch (error) {
    if (!(error instanceof AppError) || !error.code.startsWith('format.')) throw error;
    return { name: null, notes: ['profile-unreadable'] };
  }
}

/**
 * Opens slide files and keeps what is plain data.
 * @throws AppError 'format.*'
 */
export async function openJob(_job: OpenJob, files: readonly SlideFile[]): Promise<OpenFindings> {
  const opened = await openSlide(files);
  if (opened.kind !== 'pyramid') return opened;
  const { image } = opened;
  const profile = await nameOfProfile(image);
  const properties = describeSlide(image, profile.name);
  const notes = [...properties.notes, ...profile.notes];
  return { kind: 'pyramid', properties: { ...properties, notes } };
}
