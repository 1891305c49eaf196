import { unreadable } from './unreadable.ts';

const CLEAR = 256;
const END = 257;
const FIRST_FREE = 258;
const MAX_CODES = 4096;

/**
 * Expands LZW as TIFF 6.0 section 13 has it: most significant bit first, codes widen one entry early.
 * @param length bytes that the tile must give; more are dropped, fewer are an error
 */
export function decodeLzw(data: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  // Every entry is a run that was already written: where it starts and how long it is.
  const starts = new Int32Array(MAX_CODES);
  const lengths = new Int32Array(MAX_CODES);
  let next = FIRST_FREE;
  let width = 9;
  let bits = 0;
  let count = 0;
  let at = 0;
  let written = 0;
  let previousStart = -1;
  let previousLength = 0;
  while (written < length) {
    while (count < width) {
      if (at >= data.length) throw unreadable('LZW data end early');
      bits = ((bits << 8) | (data[at++] ?? 0)) & 0xff_ffff;
      count += 8;
    }
    const code = (bits >>> (count - width)) & ((1 << width) - 1);
    count -= width;
    if (code === END) break;
    if (code === CLEAR) {
      next = FIRST_FREE;
      width = 9;
      previousStart = -1;
      continue;
    }
    const start = written;
    if (code < CLEAR) {
      out[written++] = code;
    } else if (code < next && code >= FIRST_FREE) {
      written = copyRun(out, starts[code] ?? 0, lengths[code] ?? 0, written);
    } else if (code === next && previousStart >= 0) {
      // The run that is just being defined: the previous one and its own first byte.
      written = copyRun(out, previousStart, previousLength + 1, written);
    } else {
      throw unreadable('LZW data name a run that is not there');
    }
    if (previousStart >= 0 && next < MAX_CODES) {
      starts[next] = previousStart;
      lengths[next] = previousLength + 1;
      next++;
      if (next >= (1 << width) - 1 && width < 12) width++;
    }
    previousStart = start;
    previousLength = written - start;
  }
  if (written < length) throw unreadable('LZW data give too few bytes');
  return out;
}

/** Copies byte by byte, since a run may overlap its own copy; stops at the end of `out`. */
function copyRun(out: Uint8Array, from: number, length: number, to: number): number {
  const end = Math.min(out.length, to + length);
  for (let source = from; to < end; ) out[to++] = out[source++] ?? 0;
  return to;
}
