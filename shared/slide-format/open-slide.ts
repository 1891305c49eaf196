import type { SlideFile } from '../bytes/byte-source.ts';
import { AppError } from '../errors/app-error.ts';
import { tooLarge, unsupportedLayout } from './format-errors.ts';
import { HEAD_BYTES, SLIDE_FORMATS, type SlideFormat, type SniffedFile } from './formats.ts';
import { LIMITS } from './limits.ts';
import type { OpenedSlide } from './slide-image.ts';

export interface OpenSlideOptions {
  readonly signal?: AbortSignal;
}

interface Recognised {
  readonly format: SlideFormat;
  readonly main: SniffedFile;
}

async function sniffFile(file: SlideFile, signal?: AbortSignal): Promise<SniffedFile> {
  const length = Math.min(HEAD_BYTES, file.source.size);
  return { file, head: await file.source.read(0, length, signal) };
}

/** First in the order of the table of formats, not of the files: an index comes before its pictures. */
function recognise(all: readonly SniffedFile[]): readonly Recognised[] {
  return SLIDE_FORMATS.flatMap((format) =>
    all.filter((sniffed) => format.sniff(sniffed, all)).map((main) => ({ format, main })),
  );
}

/** Formats whose slide may lie in many files that are all recognised. */
const MANY_FILES = new Set([
  'dicom',
  'mirax-mrxs',
  'mirax-incomplete',
  'hamamatsu-vms',
  'olympus-vsi',
]);

function checkSingle(found: readonly Recognised[], first: Recognised): void {
  if (MANY_FILES.has(first.format.id)) return;
  const mains = new Set(found.map(({ main }) => main));
  if (mains.size > 1) throw unsupportedLayout('several-slides', `${mains.size} files`);
}

/**
 * Understands a slide from its files: what it is, its levels, where its tiles lie. Reads directories,
 * no pixels. The format is told by content, never by the file's name alone.
 * @param files one file, or all files of a DICOM series or of a folder format
 * @throws AppError of the format.* family, or what a source rejects with ('tile.not-arrived' among them)
 */
export async function openSlide(
  files: readonly SlideFile[],
  options: OpenSlideOptions = {},
): Promise<OpenedSlide> {
  if (files.length > LIMITS.files) throw tooLarge('files', `${files.length}`);
  const all: SniffedFile[] = [];
  for (const file of files) all.push(await sniffFile(file, options.signal));
  const found = recognise(all);
  const first = found[0];
  if (first === undefined) throw new AppError('format.unknown', 'no file is in a known format');
  checkSingle(found, first);
  const opened = await first.format.open(first.main, all);
  options.signal?.throwIfAborted();
  return opened;
}
