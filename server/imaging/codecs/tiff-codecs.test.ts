import { deflateSync, zstdCompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeLzw } from '../../../fixtures/writers/tiff-codecs.ts';
import { decodeLzw } from '../../../shared/slide-format/samples/lzw.ts';
import { decodePackbits } from '../../../shared/slide-format/samples/packbits.ts';
import { decodeDeflate, decodeZstd } from './zlib-family.ts';

/** Runs and noise, as pictures have them. */
const picture = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 300 })), {
    minLength: 1,
    maxLength: 80,
  })
  .map((runs) =>
    Uint8Array.from(runs.flatMap(([value, count]) => Array<number>(count).fill(value))),
  );

function encodePackbits(data: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let at = 0; at < data.length; ) {
    let run = 1;
    while (run < 128 && data[at + run] === data[at]) run++;
    if (run > 1) out.push(257 - run, data[at] ?? 0);
    else out.push(0, data[at] ?? 0);
    at += run;
  }
  return Uint8Array.from(out);
}

describe.each([
  ['LZW', encodeLzw, decodeLzw],
  ['PackBits', encodePackbits, decodePackbits],
  ['Deflate', (data: Uint8Array) => deflateSync(data), decodeDeflate],
  ['Zstandard', (data: Uint8Array) => zstdCompressSync(data), decodeZstd],
] as const)('%s', (_name, encode, decode) => {
  test('gives back what went in', () => {
    fc.assert(
      fc.property(picture, (data) => {
        expect(Buffer.from(decode(encode(data), data.length))).toEqual(Buffer.from(data));
      }),
      { numRuns: 60 },
    );
  });

  test('data that end early or make no sense are unreadable, never a crash or a picture too short', () => {
    fc.assert(
      fc.property(picture, fc.uint8Array({ maxLength: 40 }), fc.nat(1_000), (data, junk, cut) => {
        const encoded = encode(data);
        const broken = Buffer.concat([encoded.subarray(0, cut % encoded.length), junk]);
        try {
          expect(decode(broken, data.length)).toHaveLength(data.length);
        } catch (cause) {
          expect(cause).toMatchObject({ code: 'tile.unreadable' });
        }
      }),
      { numRuns: 200 },
    );
  });
});

test('a Deflate bomb is cut off by what the tile may hold', () => {
  const bomb = deflateSync(new Uint8Array(8 << 20));
  expect(() => decodeDeflate(bomb, 1_000)).toThrow(
    expect.objectContaining({ code: 'tile.unreadable' }),
  );
});
