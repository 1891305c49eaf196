import { unreadable } from './unreadable.ts';

/** Expands PackBits (TIFF 6.0 section 9). More than `length` bytes are dropped, fewer are an error. */
export function decodePackbits(data: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  let written = 0;
  while (written < length) {
    if (at >= data.length) throw unreadable('PackBits data end early');
    const head = data[at++] ?? 0;
    // 128 is a no-operation.
    if (head === 128) continue;
    if (head < 128) {
      const run = data.subarray(at, at + head + 1);
      if (run.length < head + 1) throw unreadable('PackBits data end early');
      out.set(run.subarray(0, length - written), written);
      at += head + 1;
      written += head + 1;
    } else {
      const end = Math.min(length, written + 257 - head);
      out.fill(data[at++] ?? 0, written, end);
      written = end;
    }
  }
  return out;
}
