import type { ByteSource } from '../../bytes/byte-source.ts';
import type { SampleLayout } from '../slide-image.ts';
import { holdsFrameHeader } from './jpeg-info.ts';
import { type JpegSplice, planJpegSplice } from './jpeg-splice.ts';

/** Bytes of a codestream that hold its frame header, with JFIF, Adobe and tables in front. */
const HEAD_BYTES = 2_048;
/** ICC profiles and EXIF in front of the frame header make some heads longer. */
const LONG_HEAD_BYTES = 2 ** 20;

interface Range {
  readonly offset: number;
  readonly length: number;
}

async function readHead(source: ByteSource, range: Range, signal?: AbortSignal) {
  const read = (length: number) =>
    source.read(range.offset, Math.min(length, range.length), signal);
  const short = await read(HEAD_BYTES);
  return short.length === range.length || holdsFrameHeader(short) ? short : read(LONG_HEAD_BYTES);
}

function jpegColour(samples: SampleLayout): 'rgb' | 'ycbcr' | 'grey' {
  return samples.colour === 'rgb' || samples.colour === 'ycbcr' ? samples.colour : 'grey';
}

/**
 * Plans the splice of a level once, from the codestream that is asked for first: its bytes are wanted
 * anyway, and all codestreams of a level come from one encoder.
 */
export function levelSplicer(
  samples: SampleLayout,
  readTables: () => Promise<Uint8Array | undefined>,
): (source: ByteSource, range: Range, signal?: AbortSignal) => Promise<JpegSplice> {
  let planned: JpegSplice | undefined;
  return async (source, range, signal) => {
    if (planned !== undefined) return planned;
    const tables = await readTables();
    planned = planJpegSplice(await readHead(source, range, signal), tables, jpegColour(samples));
    return planned;
  };
}
