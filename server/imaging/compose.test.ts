import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bytesOf,
  type Canvas,
  createCanvas,
  packColour,
} from '../../shared/slide-format/samples/canvas.ts';
import { compose, type ComposePiece, type ComposePlan } from './compose.ts';
import type { EncodedTile } from './decode-tile.ts';
import { shrinkTimes } from './shrink-half.ts';

const BACKGROUND = { r: 240, g: 241, b: 242 };

function rawTile(canvas: Canvas): EncodedTile {
  return {
    codec: 'raw',
    bytes: bytesOf(canvas),
    widthPx: canvas.widthPx,
    heightPx: canvas.heightPx,
    samples: {
      channels: 4,
      bitsPerSample: 8,
      colour: 'rgb',
      planar: false,
      littleEndian: true,
      predictor: 1,
      subsampling: [1, 1],
      palette: undefined,
    },
  };
}

/** A level with a pixel value that names its place. */
function levelPixel(x: number, y: number): number {
  return packColour({ r: (x * 7 + y) & 255, g: (y * 5) & 255, b: (x * y) & 255 });
}

function levelOf(widthPx: number, heightPx: number): Canvas {
  const canvas = createCanvas(widthPx, heightPx);
  for (let i = 0; i < canvas.pixels.length; i++) {
    canvas.pixels[i] = levelPixel(i % widthPx, Math.floor(i / widthPx));
  }
  return canvas;
}

/** The level cut into tiles; those at the edges are padded with white, as scanners do. */
function piecesOf(level: Canvas, tilePx: number): ComposePiece[] {
  const pieces: ComposePiece[] = [];
  for (let y = 0; y < level.heightPx; y += tilePx) {
    for (let x = 0; x < level.widthPx; x += tilePx) {
      const tile = createCanvas(tilePx, tilePx, { r: 255, g: 255, b: 255 });
      const usedWidthPx = Math.min(tilePx, level.widthPx - x);
      const usedHeightPx = Math.min(tilePx, level.heightPx - y);
      for (let row = 0; row < usedHeightPx; row++) {
        for (let column = 0; column < usedWidthPx; column++) {
          tile.pixels[row * tilePx + column] = levelPixel(x + column, y + row);
        }
      }
      pieces.push({ x, y, usedWidthPx, usedHeightPx, tile: rawTile(tile), key: null });
    }
  }
  return pieces;
}

function planOf(level: Canvas, tilePx: number, halvings: number): ComposePlan {
  return {
    regionWidthPx: level.widthPx,
    regionHeightPx: level.heightPx,
    halvings,
    background: BACKGROUND,
    pieces: piecesOf(level, tilePx),
  };
}

test('tiles of any size, halved each for itself or after assembling, give the halved level', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 3, max: 16 }),
      fc.integer({ min: 0, max: 3 }),
      async (widthPx, heightPx, tilePx, halvings) => {
        const level = levelOf(widthPx, heightPx);
        const composed = await compose(planOf(level, tilePx, halvings));
        const whole = shrinkTimes(level, halvings);
        expect([composed.widthPx, composed.heightPx]).toEqual([whole.widthPx, whole.heightPx]);
        expect(Buffer.from(bytesOf(composed))).toEqual(Buffer.from(bytesOf(whole)));
      },
    ),
    { numRuns: 150 },
  );
});

test('a piece that the file left out shows the background', async () => {
  const level = levelOf(8, 4);
  const plan = planOf(level, 4, 0);
  const pieces = plan.pieces.map((piece) => (piece.x === 4 ? { ...piece, tile: null } : piece));
  const composed = await compose({ ...plan, pieces });
  expect(composed.pixels[4]).toBe(packColour(BACKGROUND));
  expect(composed.pixels[3]).toBe(level.pixels[3]);
});

test('a piece that decodes to less than it must is an error, not glass', async () => {
  const plan = planOf(levelOf(8, 8), 8, 1);
  const short = plan.pieces.map((piece) => ({ ...piece, usedWidthPx: 9 }));
  await expect(compose({ ...plan, pieces: short })).rejects.toMatchObject({
    code: 'tile.unreadable',
  });
});

test('a region beyond what memory may hold is refused', async () => {
  const plan = { ...planOf(levelOf(8, 8), 8, 1), regionWidthPx: 100_000, regionHeightPx: 100_000 };
  await expect(compose(plan)).rejects.toMatchObject({ code: 'tile.unreadable' });
});
