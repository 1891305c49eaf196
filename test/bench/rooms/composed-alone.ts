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

/** Sixteen tiles of the pool that are neighbours. */
function neighbours(pool: readonly Buffer[]): Buffer[] {
  return Array.from({ length: ACROSS * ACROSS }, (_, index) => {
    return pool[Math.floor(index / ACROSS) * 8 + (index % ACROSS)] ?? Buffer.alloc(0);
  });
}

/** sharp given the tiles: decodes each, lays them on a canvas, and takes that through a second pipeline. */
async function bySharpTiles(tiles: readonly Buffer[], encode: object): Promise<Buffer> {
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
}

/** sharp given the file: one pipeline from the region to the JPEG. */
function bySharpTiff(path: string, encode: object): Promise<Buffer> {
  const area = { left: 0, top: 0, width: REGION, height: REGION };
  return sharp(path)
    .extract(area)
    .resize(REGION / 2)
    .jpeg(encode)
    .toBuffer();
}

/** The same 16 tiles put together, halved and encoded: by the product's way, and by sharp's two ways. */
/** The same 16 tiles put together, halved and encoded: by the product's way, and by sharp's two ways. */
export const composedAloneRoom: Room = async ({ folder, quick }) => {
  const pool = tissueTiles();
  const tiles = neighbours(pool);
  const path = join(folder, 'alone.tiff');
  const { bytes } = writeBigSlide(path, pool, { bytes: 8 << 20, stored: 'each' });
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
  const ways = [
    { name: 'product, libjpeg-turbo in a decode process', work: product },
    { name: 'sharp, region of the TIFF', work: () => bySharpTiff(path, encode) },
    { name: 'sharp, tile by tile', work: () => bySharpTiles(tiles, encode) },
  ];
  const times = ways.map(() => [] as number[]);
  for (let round = 0; round < (quick ? 10 : 100); round++) {
    for (const [index, { work }] of ways.entries()) times[index]?.push(await timeOf(work));
  }
  await decode.close();
  const [own = Number.NaN, ...others] = times.map(median);
  const ratio = own / Math.min(...others);
  return {
    title: 'One composed tile, alone',
    method: `16 JPEG tiles of ${TILE} px, halved, encoded at quality ${quality} without chroma subsampling; one after the other, one thread. The product's time includes the way to its decode process and back. sharp reads the region from a TIFF of ${Math.round(bytes / 2 ** 20)} MiB, or is given the tiles.`,
    columns: ['way', 'ms a tile (median)', 'times the product'],
    rows: ways.map(({ name }, index) => {
      const ms = [own, ...others][index] ?? Number.NaN;
      return [name, ms, ms / own];
    }),
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
