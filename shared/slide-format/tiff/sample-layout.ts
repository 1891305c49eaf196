import { damaged, unsupportedLayout } from '../format-errors.ts';
import type { SampleLayout } from '../slide-image.ts';
import type { Compression } from './compression.ts';
import type { TiffFrame } from './read-directory.ts';
import type { TiffPage } from './read-page.ts';
import { readNumbers } from './read-values.ts';
import { TAG } from './tags.ts';

/** TIFF tag 262 (TIFF 6.0 pages 37 and 89). */
const COLOURS: ReadonlyMap<number, SampleLayout['colour']> = new Map([
  [0, 'grey-inverted'],
  [1, 'grey'],
  [2, 'rgb'],
  [3, 'palette'],
  [6, 'ycbcr'],
] as const);

function channelsOf(page: TiffPage): 1 | 3 | 4 {
  const { samplesPerPixel } = page;
  if (samplesPerPixel !== 1 && samplesPerPixel !== 3 && samplesPerPixel !== 4) {
    throw unsupportedLayout('sample-count', `${samplesPerPixel}`);
  }
  return samplesPerPixel;
}

function checkDepth(page: TiffPage): void {
  const eightBit = page.bitsPerSample.every((bits) => bits === 8);
  if (!eightBit) throw unsupportedLayout('bit-depth', page.bitsPerSample.join(','));
  if (page.sampleFormat !== 1) throw unsupportedLayout('bit-depth', `format ${page.sampleFormat}`);
}

function colourOf(
  page: TiffPage,
  compression: Pick<Compression, 'codec' | 'colour'>,
): SampleLayout['colour'] {
  const colour = COLOURS.get(page.photometric);
  if (compression.codec === 'jpeg2000' && compression.colour !== undefined) {
    return page.samplesPerPixel === 1 ? 'grey' : compression.colour;
  }
  if (colour === undefined) throw unsupportedLayout('colour-model', `${page.photometric}`);
  const one = colour !== 'rgb' && colour !== 'ycbcr';
  if (one !== (page.samplesPerPixel === 1)) {
    throw unsupportedLayout('sample-count', `${page.samplesPerPixel} for ${colour}`);
  }
  return colour;
}

/** Tag 320: all reds, all greens, all blues, 16 bit each (TIFF 6.0 page 23). */
async function readPalette(frame: TiffFrame, page: TiffPage): Promise<Uint8Array> {
  const entry = page.directory.entries.get(TAG.colorMap);
  if (entry?.count !== 768) throw damaged('tag-invalid', 'colour map');
  const values = await readNumbers(frame, entry);
  const palette = new Uint8Array(768);
  for (let index = 0; index < 256; index++) {
    for (let channel = 0; channel < 3; channel++) {
      palette[index * 3 + channel] = (values[channel * 256 + index] ?? 0) >> 8;
    }
  }
  return palette;
}

/**
 * How decoded samples of a page become RGB.
 * @throws AppError 'format.unsupported-layout' for other depths, colour models, separate planes
 */
export async function sampleLayoutOf(
  frame: TiffFrame,
  page: TiffPage,
  compression: Pick<Compression, 'codec' | 'colour'>,
): Promise<SampleLayout> {
  checkDepth(page);
  const channels = channelsOf(page);
  const colour = colourOf(page, compression);
  if (page.planar === 2 && channels > 1) throw unsupportedLayout('separate-planes');
  if (page.predictor !== 1 && page.predictor !== 2) {
    throw damaged('tag-invalid', `predictor ${page.predictor}`);
  }
  return {
    channels,
    bitsPerSample: 8,
    colour,
    planar: false,
    littleEndian: frame.littleEndian,
    predictor: page.predictor,
    subsampling: colour === 'ycbcr' ? page.subsampling : [1, 1],
    palette: colour === 'palette' ? await readPalette(frame, page) : undefined,
  };
}
