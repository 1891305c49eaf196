import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHUNK_BYTES, chunkBytesFor, chunkCount, chunkPlace } from './chunk-grid.ts';

const anyFiles = fc.array(
  fc.integer({ min: 1, max: 500 }).map((bytes) => ({ path: 'a.dcm', bytes })),
  { minLength: 1, maxLength: 12 },
);

describe('chunk grid', () => {
  test('covers every byte of every file exactly once, and no chunk spans two files', () => {
    fc.assert(
      fc.property(anyFiles, fc.integer({ min: 1, max: 64 }), (files, chunkBytes) => {
        const next = files.map(() => 0);
        for (let index = 0; index < chunkCount(files, chunkBytes); index += 1) {
          const place = chunkPlace(files, chunkBytes, index);
          if (place === undefined) throw new Error('a chunk of the grid has no place');
          expect(place.offset).toBe(next[place.file]);
          expect(place.bytes).toBeGreaterThan(0);
          next[place.file] = place.offset + place.bytes;
        }
        expect(next).toEqual(files.map((file) => file.bytes));
      }),
    );
  });

  test('has no chunk before the first, after the last or between two', () => {
    const files = [{ path: 'a.svs', bytes: 25 }];
    expect(chunkPlace(files, 10, 2)).toEqual({ file: 0, offset: 20, bytes: 5 });
    expect(chunkPlace(files, 10, 3)).toBeUndefined();
    expect(chunkPlace(files, 10, -1)).toBeUndefined();
    expect(chunkPlace(files, 10, 0.5)).toBeUndefined();
    expect(chunkPlace(files, 10, Number.NaN)).toBeUndefined();
  });

  test('has larger chunks for larger files, never more than a table bears', () => {
    expect(chunkBytesFor(1)).toBe(CHUNK_BYTES);
    expect(chunkBytesFor(2 ** 31)).toBe(CHUNK_BYTES);
    expect(chunkBytesFor(2 ** 31 + 1)).toBe(2 * CHUNK_BYTES);
    expect(chunkBytesFor(256 * 2 ** 30)).toBe(8 << 20);
  });
});
