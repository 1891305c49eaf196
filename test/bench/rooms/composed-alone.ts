import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharp } from '../../../server/imaging/codecs/sharp-engine.ts';
import type { ComposePiece } from '../../../server/imaging/compose.ts';
import { createDecodePool } from '../../../server/imaging/decode-pool.ts';
import { readJpegQuality } from '../jpeg-quality.ts';
import { median } from '../measure.ts';
import type { Room } from '../room.ts';
import { tissueTiles, writeBigSlide } from '../big-slide.ts';

const TILE = 256;
const ACROSS = 4;
const REGION = TILE * ACROSS;

const SAMPLES = {
  channels: 3,
  bitsPerSample: 8,
  colour: 'ycbcr',
  planar: false,
  littleEndian: true,
  predictor: 1,
  subsampling: [2, 2],
  palette: undefined,
} as const;

function piecesOf(tiles: readonly Buffer[]): ComposePiece[] {
  return tiles.map((bytes, index) => ({
    x: (index % ACROSS) * TILE,
    y: Math.floor(index / ACROSS) * TILE,
    usedWidthPx: TILE,
    usedHeightPx: TILE,
    key: null,
    tile: { codec: 'jpeg', bytes, samples: SAMPLES, widthPx: TILE, heightPx: TILE },
  }));
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/** The same 16 tiles put together, halved and encoded: by the product's way, and by sharp's two ways. */
export const composedAloneRoom: Room = async ({ folder, quick }) => {
  const pool = tissueTiles();
  const tiles = Array.from({ length: ACROSS * ACROSS }, (_, index) => {
    return pool[Math.floor(index / ACROSS) * 8 + (index % ACROSS)] ?? Buffer.alloc(0);
  });
  const path = join(folder, 'alone.tiff');
  writeBigSlide(path, pool, { bytes: 8 << 20, stored: 'each' });
  const decode = createDecodePool({ workers: 1 });
  const plan = {
    regionWidthPx: REGION,
    regionHeightPx: REGION,
    halvings: 1,
    background: { r: 255, g: 255, b: 255 },
    pieces: piecesOf(tiles),
  };
  const product = () => decode.run({ kind: 'compose', fitPx: null, plan });
  const quality = readJpegQuality((await product()).jpeg);
  const encode = { quality, chromaSubsampling: '4:4:4' };
  const bySharpTiles = async () => {
    const decoded = await Promise.all(
      tiles.map((tile) => sharp(tile).raw().toBuffer({ resolveWithObject: true })),
    );
    const overlays = decoded.map(({ data, info }, index) => ({
      input: data,
      raw: { width: info.width, height: info.height, channels: info.channels },
      left: (index % ACROSS) * TILE,
      top: Math.floor(index / ACROSS) * TILE,
    }));
    const blank = { width: REGION, height: REGION, channels: 3, background: '#fff' } as const;
    const whole = await sharp({ create: blank }).composite(overlays).removeAlpha().raw().toBuffer();
    const raw = { width: REGION, height: REGION, channels: 3 } as const;
    return await sharp(whole, { raw })
      .resize(REGION / 2)
      .jpeg(encode)
      .toBuffer();
  };
  const area = { left: 0, top: 0, width: REGION, height: REGION };
  const bySharpTiff = () =>
    sharp(path)
      .extract(area)
      .resize(REGION / 2)
      .jpeg(encode)
      .toBuffer();
  const ways = { product, bySharpTiff, bySharpTiles };
  const times = {
    product: [] as number[],
    bySharpTiff: [] as number[],
    bySharpTiles: [] as number[],
  };
  for (let round = 0; round < (quick ? 5 : 60); round++) {
    for (const way of ['product', 'bySharpTiff', 'bySharpTiles'] as const) {
      times[way].push(await timeOf(ways[way]));
    }
  }
  await decode.close();
  const ms = {
    product: median(times.product),
    tiff: median(times.bySharpTiff),
    tiles: median(times.bySharpTiles),
  };
  const ratio = ms.product / Math.min(ms.tiff, ms.tiles);
  const stored = readFileSync(path).length;
  return {
    title: 'One composed tile, alone',
    method: `16 JPEG tiles of ${TILE} px, halved, encoded at quality ${quality} without chroma subsampling; one after the other, one thread. The product's time includes the way to its decode process and back. sharp reads the region from a TIFF of ${Math.round(stored / 2 ** 20)} MiB, or is given the tiles.`,
    columns: ['way', 'ms a tile (median)', 'ratio to the product'],
    rows: [
      ['product (libjpeg-turbo in a decode process)', ms.product, 1],
      ['sharp, region of the TIFF', ms.tiff, ms.tiff / ms.product],
      ['sharp, tile by tile', ms.tiles, ms.tiles / ms.product],
    ],
    bars: [
      {
        what: 'composed tile: time beside the faster way of sharp',
        bar: '≤ 1',
        measured: ratio,
        unit: 'ratio',
        met: ratio <= 1,
      },
    ],
  };
};
