import { AppError } from '../../shared/errors/app-error.ts';
import { frameColoursOf } from '../../shared/interop/dicom/frame-colours.ts';
import {
  type FrameColours,
  generatedLevel,
  type GeneratedImage,
} from '../../shared/interop/dicom/generated-level.ts';
import {
  generatedPicture,
  type ToldPicture,
} from '../../shared/interop/dicom/generated-picture.ts';
import type { DicomSlideRecord } from '../../shared/interop/dicom/slide-record.ts';
import { srgbProfile } from '../../shared/interop/dicom/srgb-profile.ts';
import { assembleJpeg } from '../../shared/slide-format/jpeg/assemble-jpeg.ts';
import { isPassThrough } from '../../shared/slide-format/plan-pyramid.ts';
import type { SlideImage } from '../../shared/slide-format/slide-image.ts';
import { columnsOf, type PyramidLevel, rowsOf } from '../../shared/slide/pyramid.ts';
import type { DicomNeeds } from './dicom-needs.ts';
import { SERVED_SAMPLES } from './render-region.ts';

interface Place {
  readonly level: number;
  readonly column: number;
  readonly row: number;
}

function levelOf({ properties }: DicomSlideRecord, index: number): PyramidLevel {
  const level = properties.pyramid.levels[index];
  if (level === undefined) throw new AppError('request.not-found', `no level ${index}`);
  return level;
}

/** A tile of the file in the full size of a frame, its padding included; undefined where there is none. */
async function wholeTile(
  image: SlideImage,
  level: PyramidLevel,
  { column, row }: Place,
): Promise<Uint8Array | undefined> {
  const source = image.levels[level.fileLevel ?? -1];
  if (source === undefined || !isPassThrough(image, level)) return undefined;
  const location = await source.locateTile(column, row);
  if (location.kind === 'empty') return undefined;
  const { widthPx, heightPx } = location;
  if (widthPx !== level.tileWidthPx || heightPx !== level.tileHeightPx) return undefined;
  const ranges = location.kind === 'stored' ? [location.range] : location.ranges;
  const reads = ranges.map(({ file, offset, length }) => {
    const bytes = image.files[file]?.source.read(offset, length);
    if (bytes === undefined) throw new AppError('tile.unreadable', `no file ${file}`);
    return bytes;
  });
  return assembleJpeg(location, await Promise.all(reads));
}

async function fromFile(
  needs: DicomNeeds,
  slide: DicomSlideRecord,
  place: Place,
): Promise<Uint8Array | undefined> {
  const level = levelOf(slide, place.level);
  try {
    return await needs.withPixels(slide, async (pixels) =>
      pixels.kind === 'image' ? await wholeTile(pixels.image, level, place) : undefined,
    );
  } catch (cause) {
    if (!(cause instanceof AppError) || !cause.code.startsWith('format.')) throw cause;
    throw new AppError('tile.unreadable', cause.message, { cause });
  }
}

/** A served tile that is cut at the edge, or of other colours than its level, as a whole frame. */
async function asWholeFrame(
  needs: DicomNeeds,
  slide: DicomSlideRecord,
  place: Place,
  { photometric, samples }: FrameColours,
): Promise<Uint8Array> {
  const { level: index, column, row } = place;
  const { tileWidthPx, tileHeightPx } = levelOf(slide, index);
  const key = `${slide.originalKey}@${slide.revision}/frames/${index}/${column}/${row}`;
  const known = await needs.disk.get(key);
  if (known !== undefined) return known;
  const jpeg = await needs.readTile(slide, place);
  const { widthPx, heightPx } = frameColoursOf(jpeg);
  const tile = { codec: 'jpeg', bytes: jpeg, samples: SERVED_SAMPLES, widthPx, heightPx } as const;
  const piece = { x: 0, y: 0, usedWidthPx: widthPx, usedHeightPx: heightPx, key: null, tile };
  const { bytes } = await needs.decode.run({
    kind: 'render',
    plan: {
      regionWidthPx: tileWidthPx,
      regionHeightPx: tileHeightPx,
      halvings: 0,
      background: slide.properties.background,
      pieces: [piece],
    },
    widthPx: tileWidthPx,
    heightPx: tileHeightPx,
    mirrored: false,
    degrees: 0,
    quality: samples === 1 ? 'gray' : 'default',
    format: photometric === 'RGB' ? 'rgb-jpg' : 'jpg',
  });
  await needs.disk.put(key, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return bytes;
}

function isSo(jpeg: Uint8Array, level: PyramidLevel, wanted: FrameColours): boolean {
  const { photometric, widthPx, heightPx } = frameColoursOf(jpeg);
  const isWhole = widthPx === level.tileWidthPx && heightPx === level.tileHeightPx;
  return isWhole && photometric === wanted.photometric;
}

/** Places of a grid, spread over it from the middle, to find one that was scanned. */
function samplePlaces(index: number, level: PyramidLevel): Place[] {
  const parts = [0.5, 0.3, 0.7, 0.1, 0.9];
  return parts.flatMap((y) =>
    parts.map((x) => ({
      level: index,
      column: Math.floor(x * columnsOf(level)),
      row: Math.floor(y * rowsOf(level)),
    })),
  );
}

async function coloursOf(
  needs: DicomNeeds,
  slide: DicomSlideRecord,
  index: number,
): Promise<{ readonly colours: FrameColours; readonly reencoded: boolean }> {
  const places = samplePlaces(index, levelOf(slide, index));
  const [middle = { level: index, column: 0, row: 0 }] = places;
  for (const place of places) {
    const jpeg = await fromFile(needs, slide, place);
    if (jpeg !== undefined) return { colours: frameColoursOf(jpeg), reencoded: false };
  }
  return { colours: frameColoursOf(await needs.readTile(slide, middle)), reencoded: true };
}

/** Levels whose colours are remembered: some thousand slides. */
const MOST_REMEMBERED = 20_000;

export interface GeneratedFrames {
  /** @throws AppError 'interop.no-scale' */
  level(slide: DicomSlideRecord, index: number): Promise<GeneratedImage>;
  /** A frame as JPEG. @param frame from 0; row by row */
  frame(slide: DicomSlideRecord, index: number, frame: number): Promise<Uint8Array>;
  picture(slide: DicomSlideRecord, kind: ToldPicture): Promise<GeneratedImage>;
  /** The ICC profile of the slide, or sRGB where it has none. */
  iccProfile(slide: DicomSlideRecord): Promise<Uint8Array>;
}

/** Instances of slides that are not DICOM: their frames are the scanner's tiles wherever there is one. */
export function createGeneratedFrames(needs: DicomNeeds): GeneratedFrames {
  const remembered = new Map<string, ReturnType<typeof coloursOf>>();

  async function colours(slide: DicomSlideRecord, index: number) {
    const key = `${slide.originalKey}@${slide.revision}/${index}`;
    const known = remembered.get(key) ?? coloursOf(needs, slide, index);
    remembered.delete(key);
    remembered.set(key, known);
    known.catch(() => remembered.delete(key));
    const oldest = remembered.keys().next().value;
    if (remembered.size > MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    return await known;
  }

  /** All levels of a slide are in colour, or none: that of the finest level decides. */
  async function coloursInSlide(slide: DicomSlideRecord, index: number) {
    const own = await colours(slide, index);
    const { samples } = (await colours(slide, 0)).colours;
    if (own.colours.samples === samples) return own;
    const photometric = samples === 1 ? 'MONOCHROME2' : 'YBR_FULL_422';
    return { ...own, colours: { ...own.colours, samples, photometric } as const };
  }

  return {
    level: async (slide, index) => generatedLevel(slide, index, await coloursInSlide(slide, index)),
    frame: async (slide, index, frame) => {
      const level = levelOf(slide, index);
      const column = frame % columnsOf(level);
      const place = { level: index, column, row: Math.floor(frame / columnsOf(level)) };
      const { colours: wanted } = await coloursInSlide(slide, index);
      const stored = await fromFile(needs, slide, place);
      if (stored !== undefined && isSo(stored, level, wanted)) return stored;
      const served = await needs.readTile(slide, place);
      if (isSo(served, level, wanted)) return served;
      return await asWholeFrame(needs, slide, place, wanted);
    },
    picture: async (slide, kind) => {
      const found = frameColoursOf(await needs.readPicture(slide, kind));
      return generatedPicture(slide, kind, { ...found, colours: found });
    },
    iccProfile: async (slide) =>
      (await needs.withPixels(slide, async (pixels) =>
        pixels.kind === 'image' ? await pixels.image.readIccProfile() : undefined,
      )) ?? srgbProfile(),
  };
}
