import { once } from '../../bytes/once.ts';
import type { SlideFile } from '../../bytes/byte-source.ts';
import type { AssociatedKind } from '../../slide/slide.ts';
import { AppError } from '../../errors/app-error.ts';
import { checkAllocation } from '../format-errors.ts';
import { LIMITS } from '../limits.ts';
import type {
  AssociatedImage,
  FileLevel,
  SlideImage,
  SlideImageProperties,
} from '../slide-image.ts';
import type { TiffFile } from './open-tiff.ts';
import type { TiffDirectory } from './read-directory.ts';
import type { TiffPage } from './read-page.ts';
import { readBytes } from './read-values.ts';
import { TAG } from './tags.ts';
import { tiffLevel } from './tiff-level.ts';

export const WHITE = { r: 255, g: 255, b: 255 } as const;

/** What a vendor's reader found; the ICC profile and the frame around it are the same for all. */
export interface TiffSlideParts {
  readonly files: readonly SlideFile[];
  readonly properties: SlideImageProperties;
  readonly levels: readonly FileLevel[];
  readonly associated: readonly AssociatedImage[];
  /** Directory that carries the ICC profile: that of level 0. */
  readonly iccDirectory: TiffDirectory;
}

export function tiffSlide(file: TiffFile, parts: TiffSlideParts): SlideImage {
  const { files, properties, levels, associated } = parts;
  const entry = parts.iccDirectory.entries.get(TAG.iccProfile);
  if (entry !== undefined) checkAllocation(entry.count, LIMITS.iccBytes, 'ICC profile');
  const frame = file.lazy;
  const readProfile = once(async () =>
    entry === undefined ? undefined : (await readBytes(frame, entry, LIMITS.iccBytes)).slice(),
  );
  return {
    files,
    properties,
    levels,
    associated,
    iccProfileBytes: entry?.count,
    readIccProfile: async (signal) => {
      signal?.throwIfAborted();
      return readProfile();
    },
  };
}

/**
 * Label, macro or thumbnail from a page. A picture beside the slide that cannot be read does not keep
 * the slide from opening: it is left out.
 */
export async function associatedImage(
  file: TiffFile,
  kind: AssociatedKind,
  page: TiffPage,
): Promise<AssociatedImage | undefined> {
  try {
    return { ...(await tiffLevel(file, page)), kind };
  } catch (error) {
    if (error instanceof AppError && error.code.startsWith('format.')) return undefined;
    throw error;
  }
}

export function isPresent<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}
