import type { SlideFile } from '../../../shared/bytes/byte-source.ts';
import { describeSlide } from '../../../shared/slide-format/describe-slide.ts';
import { openSlide } from '../../../shared/slide-format/open-slide.ts';
import type { SlideImage } from '../../../shared/slide-format/slide-image.ts';
import type { OpenFindings, OpenJob } from '../decode-protocol.ts';
import { iccProfileName } from '../icc-profile-name.ts';

/** Reads the profile only for its name; a profile that cannot be read does not keep a slide from opening. */
async function nameOfProfile(image: SlideImage): Promise<string | null> {
  if (image.iccProfileBytes === undefined) return null;
  const profile = await image.readIccProfile().catch(() => undefined);
  return profile === undefined ? null : (iccProfileName(profile) ?? null);
}

/**
 * Opens slide files and keeps what is plain data.
 * @throws AppError 'format.*'
 */
export async function openJob(_job: OpenJob, files: readonly SlideFile[]): Promise<OpenFindings> {
  const opened = await openSlide(files);
  if (opened.kind !== 'pyramid') return opened;
  const { image } = opened;
  return { kind: 'pyramid', properties: describeSlide(image, await nameOfProfile(image)) };
}
