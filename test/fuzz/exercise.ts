import { bytesSource } from '../../shared/bytes/bytes-source.ts';
import type { ByteSource, SlideFile } from '../../shared/bytes/byte-source.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { SlideProperties } from '../../shared/slide/slide.ts';
import { describeSlide } from '../../shared/slide-format/describe-slide.ts';
import { assembleJpeg } from '../../shared/slide-format/jpeg/assemble-jpeg.ts';
import { openSlide } from '../../shared/slide-format/open-slide.ts';
import type { FileLevel, SlideImage } from '../../shared/slide-format/slide-image.ts';
import type { HotRanges } from './mutate.ts';
import type { Seed } from './seeds.ts';

/** What became of a file: its kind, or the code by which it was refused. */
export type Outcome = string;

export function slideFiles(seed: Seed): readonly SlideFile[] {
  return seed.files.map(({ path, bytes }) => ({ path, source: bytesSource(bytes) }));
}

/** Locates a tile, reads what it names and joins it, as the server would. */
async function readTile(image: SlideImage, level: FileLevel, column: number, row: number) {
  const location = await level.locateTile(column, row);
  if (location.kind === 'empty') return;
  const ranges = location.kind === 'stored' ? [location.range] : location.ranges;
  const bytes = await Promise.all(
    ranges.map(async ({ file, offset, length }) => {
      const source = image.files[file]?.source;
      if (source === undefined) throw new Error(`a range names file ${file}`);
      return source.read(offset, length);
    }),
  );
  if (location.kind === 'restart' || location.codec === 'jpeg') assembleJpeg(location, bytes);
}

/** Runs `work`; a failure that has a name is what the reader promises, anything else goes on. */
async function allowNamed(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}

async function readCorners(image: SlideImage, level: FileLevel): Promise<void> {
  const columns = Math.ceil(level.widthPx / level.tileWidthPx);
  const rows = Math.ceil(level.heightPx / level.tileHeightPx);
  await allowNamed(() => readTile(image, level, 0, 0));
  await allowNamed(() => readTile(image, level, columns - 1, rows - 1));
  await allowNamed(() => readTile(image, level, columns >> 1, rows >> 1));
}

/**
 * Does with a file all that the reader offers.
 * @throws whatever is not an AppError: a fault of the reader
 */
export async function exerciseSlide(files: readonly SlideFile[]): Promise<Outcome> {
  try {
    const opened = await openSlide(files);
    if (opened.kind !== 'pyramid') return opened.kind;
    const { image } = opened;
    SlideProperties.parse(describeSlide(image));
    await allowNamed(async () => void (await image.readIccProfile()));
    for (const level of [...image.levels, ...image.associated]) await readCorners(image, level);
    return 'pyramid';
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

function watched(source: ByteSource, ranges: { from: number; to: number }[]): ByteSource {
  return {
    size: source.size,
    read(offset, length, signal) {
      // A tile or a cached block is mostly pixels; what decides lies at its beginning.
      ranges.push({ from: offset, to: offset + Math.min(length, 600) });
      return source.read(offset, length, signal);
    },
  };
}

/** Which parts of a good seed its reader looks at. */
export async function findHotRanges(seed: Seed): Promise<readonly HotRanges[]> {
  const hot = seed.files.map(() => [] as { from: number; to: number }[]);
  const files = slideFiles(seed).map((file, index) => ({
    path: file.path,
    source: watched(file.source, hot[index] ?? []),
  }));
  await exerciseSlide(files);
  return hot;
}
