import { createRequire } from 'node:module';
import { AppError } from '../../../shared/errors/app-error.ts';
import { bytesOf, type Canvas, canvasOf } from '../../../shared/slide-format/samples/canvas.ts';
import { unreadable } from '../../../shared/slide-format/samples/unreadable.ts';
import { ycbcrToRgb } from '../../../shared/slide-format/samples/ycbcr.ts';
import { type Jpeg2000Size, readJpeg2000Size } from './jpeg2000-size.ts';

/** The part of OpenJPEG's WebAssembly build that is used here; the package ships no types. */
interface Decoder {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): Uint8ClampedArray;
  /** `layers` 0 = all quality layers; plain decode() would stop after the first. */
  decodeSubResolution(reduction: number, layers: number): void;
  delete(): void;
}
interface OpenJpeg {
  J2KDecoder: new () => Decoder;
}
type LoadOpenJpeg = (options: {
  print: (line: string) => void;
  printErr: (line: string) => void;
}) => Promise<OpenJpeg>;

/** OpenJPEG says what went wrong on its output only; a decoder that says nothing has succeeded. */
const complaints: string[] = [];
let loading: Promise<OpenJpeg> | undefined;

async function load(): Promise<OpenJpeg> {
  const note = (line: string) => {
    if (!line.startsWith('[INFO]')) complaints.push(line);
  };
  const start = createRequire(import.meta.url)(
    '@cornerstonejs/codec-openjpeg/decodewasmjs',
  ) as LoadOpenJpeg;
  return await start({ print: note, printErr: note });
}

function decodeSamples(module: OpenJpeg, bytes: Uint8Array): Uint8ClampedArray {
  complaints.length = 0;
  const decoder = new module.J2KDecoder();
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decodeSubResolution(0, 0);
    const samples = decoder.getDecodedBuffer();
    const complaint = complaints[0];
    if (complaint !== undefined) throw unreadable(`OpenJPEG: ${complaint.trim()}`);
    return samples;
  } finally {
    decoder.delete();
  }
}

function isSubsampled({ components }: Jpeg2000Size): boolean {
  return components.some((part) => part.stepX > 1 || part.stepY > 1);
}

function assertDecodable(size: Jpeg2000Size): void {
  const first = size.components[0];
  const full = first?.stepX === 1 && first.stepY === 1;
  const eightBit = size.components.every((part) => part.bits === 8 && !part.signed);
  if (![1, 3].includes(size.components.length) || !full || !eightBit) {
    throw unreadable('JPEG 2000 components that are not 8-bit grey or RGB');
  }
}

/**
 * Decodes a JPEG 2000 codestream (bare, or in a JP2 box) to a canvas.
 * @param colour what the components are once the codestream's own transform is undone: Aperio's
 *   compression 33003 stores YCbCr, often with halved chroma, and says so only in the TIFF
 */
export async function decodeJpeg2000(bytes: Uint8Array, colour: 'rgb' | 'ycbcr'): Promise<Canvas> {
  const size = readJpeg2000Size(bytes);
  assertDecodable(size);
  loading ??= load();
  const module = await loading;
  try {
    const samples = decodeSamples(module, bytes);
    if (samples.length < size.widthPx * size.heightPx * size.components.length) {
      throw unreadable('OpenJPEG gave too few samples');
    }
    const channels = size.components.length === 1 ? 1 : 3;
    const canvas = canvasOf(new Uint8Array(samples.buffer), size.widthPx, size.heightPx, channels);
    // Of subsampled components OpenJPEG's wrapper makes full ones, and RGB of them, by itself.
    const isYcbcr = colour === 'ycbcr' && channels === 3 && !isSubsampled(size);
    if (isYcbcr) ycbcrToRgb(bytesOf(canvas));
    return canvas;
  } catch (cause) {
    // A trap leaves the WebAssembly heap in an unknown state: the next tile gets a new one.
    if (cause instanceof Error && cause.name === 'RuntimeError') loading = undefined;
    throw cause instanceof AppError ? cause : unreadable('OpenJPEG refused the tile', cause);
  }
}
