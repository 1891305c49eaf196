import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ByteRange, FileLevel, SlideImage } from '../slide-format/slide-image.ts';
import { chunkCount, chunksOfRange } from './chunk-grid.ts';
import { orderForReading } from './reading-order.ts';
import { tissueMask } from './tissue-mask.ts';

const CHUNK = 1024;

/** A level whose tiles lie one after the other from `offset` on, row by row. */
function levelAt(side: number, tiles: number, file: number, offset: number, bytes: number) {
  const locate = (column: number, row: number): ByteRange => ({
    file,
    offset: offset + (row * tiles + column) * bytes,
    length: bytes,
  });
  const level = {
    widthPx: side,
    heightPx: side,
    tileWidthPx: Math.ceil(side / tiles),
    tileHeightPx: Math.ceil(side / tiles),
    locateTile: async (column: number, row: number) => ({
      kind: 'stored' as const,
      range: locate(column, row),
    }),
  };
  return { level: level as unknown as FileLevel, locate, end: offset + tiles * tiles * bytes };
}

/** Level 0 in front, then a coarser one, then the directory: as SVS files lie. */
function slideOf(tileBytes: number) {
  const fine = levelAt(1600, 16, 0, 100, tileBytes);
  const coarse = levelAt(400, 4, 0, fine.end, tileBytes);
  const label = levelAt(100, 1, 0, coarse.end, 3000);
  const bytes = label.end + 500;
  const image = {
    levels: [fine.level, coarse.level],
    associated: [{ ...label.level, kind: 'label' as const }],
  } as Pick<SlideImage, 'levels' | 'associated'>;
  return { image, fine, coarse, label, files: [{ path: 'a.svs', bytes }] };
}

const nothing = () => 0;

function maskWith(isTissue: (x: number, y: number) => boolean) {
  const data = new Uint8Array(4 * 32 * 32).map(nothing);
  for (let y = 0; y < 32; y += 1) {
    for (let x = 0; x < 32; x += 1) {
      const [r, g, b] = isTissue(x, y) ? [200, 110, 170] : [243, 243, 244];
      data.set([r ?? 0, g ?? 0, b ?? 0, 255], 4 * (y * 32 + x));
    }
  }
  return tissueMask({ width: 32, height: 32, data });
}

test('every chunk of the grid comes exactly once, whatever the slide and its tissue', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4000 }),
      fc.array(fc.integer({ min: 0, max: 50 })),
      fc.option(fc.func(fc.boolean()), { nil: undefined }),
      async (tileBytes, tables, isTissue) => {
        const { image, files } = slideOf(tileBytes);
        const order = await orderForReading({
          image,
          files,
          chunkBytes: CHUNK,
          tables: new Set(tables),
          tissue: isTissue === undefined ? undefined : maskWith(isTissue),
        });
        const all = Array.from({ length: chunkCount(files, CHUNK) }, (_, index) => index);
        expect(order.toSorted((a, b) => a - b)).toEqual(all);
      },
    ),
    { numRuns: 40 },
  );
});

test('directory, coarse level, tissue from its middle, label, glass', async () => {
  const { image, fine, coarse, label, files } = slideOf(CHUNK);
  const tissue = maskWith((x, y) => x >= 8 && x < 20 && y >= 8 && y < 20);
  const first: number[][] = [];
  const order = await orderForReading({
    image,
    files,
    chunkBytes: CHUNK,
    tables: new Set([275]),
    tissue,
    onFirst: (known) => first.push([...known]),
  });
  const placeOf = (range: ByteRange): number => {
    const [chunk] = chunksOfRange(files, CHUNK, range);
    return order.indexOf(chunk);
  };
  const coarsePlaces = [coarse.locate(0, 0), coarse.locate(3, 3)].map(placeOf);
  const middle = placeOf(fine.locate(7, 7));
  const edge = placeOf(fine.locate(4, 4));
  const glass = placeOf(fine.locate(15, 15));
  // Its first bytes lie in a chunk of the coarse level.
  const labelPlace = placeOf({ ...label.locate(0, 0), offset: label.locate(0, 0).offset + 1500 });
  expect(order[0]).toBe(275);
  expect(Math.max(...coarsePlaces)).toBeLessThan(middle);
  expect(middle).toBeLessThan(edge);
  expect(edge).toBeLessThan(labelPlace);
  expect(labelPlace).toBeLessThan(glass);
  expect(first).toEqual([order.slice(0, first[0]?.length)]);
});

test('tissue is what is coloured or dark; glass, dust and black that was not scanned are not', () => {
  const speck = maskWith((x, y) => x === 5 && y === 5);
  expect(speck.cells.every((cell) => cell === 0)).toBe(true);
  const field = maskWith((x) => x < 16);
  expect(field.cells[0]).toBe(1);
  expect(field.cells[31]).toBe(0);
  const black = tissueMask({ width: 8, height: 8, data: new Uint8Array(4 * 64) });
  expect(black.cells.every((cell) => cell === 0)).toBe(true);
});
