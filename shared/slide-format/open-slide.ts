import type { SlideFile } from '../bytes/byte-source.ts';
import { AppError } from '../errors/app-error.ts';
import { isTiff } from './tiff/open-tiff.ts';
import type { OpenedSlide } from './slide-image.ts';
import { openTiffSlide } from './vendors/tiff-vendors.ts';

/** First milestone of the table of formats. */
export async function openSlide(files: readonly SlideFile[]): Promise<OpenedSlide> {
  for (const file of files) {
    const head = await file.source.read(0, Math.min(16, file.source.size));
    if (isTiff(head)) return openTiffSlide(files, file);
  }
  throw new AppError('format.unknown', 'no file is in a known format');
}
