import { cutOf, servedTileOf, type RegionRequest } from '../../shared/interop/slide-region.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { SlideProperties } from '../../shared/slide/slide.ts';
import type { TileAddress } from '../../shared/slide/tile-address.ts';
import type { ComposePiece } from '../imaging/compose.ts';
import type { DecodePool } from '../imaging/decode-pool.ts';
import type { RenderJob } from '../imaging/decode-protocol.ts';

/** A slide that can be looked at. */
export interface OpenSlide {
  readonly originalKey: string;
  readonly revision: number;
  readonly properties: SlideProperties;
}

export interface RenderNeeds {
  readonly decode: DecodePool;
  /** Keeps small pictures by name. */
  readonly disk: {
    get(key: string): Promise<Uint8Array | undefined>;
    put(key: string, bytes: Buffer): Promise<void>;
  };
  /** A served tile as JPEG. */
  readonly readTile: (slide: OpenSlide, address: TileAddress) => Promise<Uint8Array>;
}

export interface RenderRequest
  extends RegionRequest,
    Pick<RenderJob, 'mirrored' | 'degrees' | 'quality'> {
  readonly format: 'jpg' | 'png';
}

/** Served tiles may have to be composed in turn: few at once, so that readers are not kept waiting. */
const TILES_AT_ONCE = 4;
/** Tiles of other viewers come again; a whole slide as one picture seldom does. */
const LARGEST_KEPT_PX = 1 << 20;

/** What the server's tiles decode to. */
export const SERVED_SAMPLES = {
  channels: 3,
  bitsPerSample: 8,
  colour: 'ycbcr',
  planar: false,
  littleEndian: true,
  predictor: 1,
  subsampling: [1, 1],
  palette: undefined,
} as const;

function isPlain({ mirrored, degrees, quality, format }: RenderRequest): boolean {
  const inColour = quality === 'default' || quality === 'color';
  return !mirrored && degrees === 0 && inColour && format === 'jpg';
}

function addressesIn(
  { properties }: OpenSlide,
  cut: ReturnType<typeof cutOf>,
): { readonly address: TileAddress; readonly place: Omit<ComposePiece, 'tile' | 'key'> }[] {
  const level = properties.pyramid.levels[cut.level];
  if (level === undefined) throw new AppError('tile.outside', `no level ${cut.level}`);
  const { tileWidthPx, tileHeightPx, widthPx, heightPx } = level;
  const found: ReturnType<typeof addressesIn> = [];
  const lastColumn = Math.floor((cut.x + cut.widthPx - 1) / tileWidthPx);
  const lastRow = Math.floor((cut.y + cut.heightPx - 1) / tileHeightPx);
  for (let row = Math.floor(cut.y / tileHeightPx); row <= lastRow; row++) {
    for (let column = Math.floor(cut.x / tileWidthPx); column <= lastColumn; column++) {
      const left = column * tileWidthPx;
      const top = row * tileHeightPx;
      found.push({
        address: { level: cut.level, column, row },
        place: {
          x: left - cut.x,
          y: top - cut.y,
          usedWidthPx: Math.min(tileWidthPx, widthPx - left),
          usedHeightPx: Math.min(tileHeightPx, heightPx - top),
        },
      });
    }
  }
  return found;
}

/** The served tiles that cover a cut, as pieces of a plan. */
async function piecesOf(
  { readTile }: RenderNeeds,
  slide: OpenSlide,
  cut: ReturnType<typeof cutOf>,
): Promise<ComposePiece[]> {
  const wanted = addressesIn(slide, cut);
  const pieces: ComposePiece[] = [];
  let next = 0;
  const run = async (): Promise<void> => {
    for (let one = wanted[next++]; one !== undefined; one = wanted[next++]) {
      const { usedWidthPx: widthPx, usedHeightPx: heightPx } = one.place;
      const bytes = await readTile(slide, one.address);
      const tile = { codec: 'jpeg', bytes, widthPx, heightPx, samples: SERVED_SAMPLES } as const;
      pieces.push({ ...one.place, key: null, tile });
    }
  };
  await Promise.all(Array.from({ length: TILES_AT_ONCE }, run));
  return pieces;
}

async function render(
  needs: RenderNeeds,
  slide: OpenSlide,
  request: RenderRequest,
): Promise<Uint8Array> {
  const { pyramid, background } = slide.properties;
  const cut = cutOf(pyramid, request);
  const { widthPx, heightPx, mirrored, degrees, quality, format } = request;
  const { bytes } = await needs.decode.run({
    kind: 'render',
    plan: {
      regionWidthPx: cut.widthPx,
      regionHeightPx: cut.heightPx,
      halvings: 0,
      background,
      pieces: await piecesOf(needs, slide, cut),
    },
    widthPx,
    heightPx,
    mirrored,
    degrees,
    quality,
    format,
  });
  return bytes;
}

/**
 * A part of a slide in any size up to its own: a served tile as it is where the request is just one, else
 * made from the best level.
 */
export async function renderRegion(
  needs: RenderNeeds,
  slide: OpenSlide,
  request: RenderRequest,
): Promise<Uint8Array> {
  const address = isPlain(request) ? servedTileOf(slide.properties.pyramid, request) : undefined;
  if (address !== undefined) return await needs.readTile(slide, address);
  const { region, widthPx, heightPx, mirrored, degrees, quality, format } = request;
  if (widthPx * heightPx > LARGEST_KEPT_PX) return await render(needs, slide, request);
  const parts = [...Object.values(region), widthPx, heightPx, mirrored, degrees, quality, format];
  const key = `${slide.originalKey}@${slide.revision}/rendered/${parts.join('-')}`;
  const known = await needs.disk.get(key);
  if (known !== undefined) return known;
  const made = await render(needs, slide, request);
  await needs.disk.put(key, Buffer.from(made.buffer, made.byteOffset, made.byteLength));
  return made;
}
