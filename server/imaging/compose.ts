import {
  blit,
  type Canvas,
  createCanvas,
  cropTo,
  type Rgb,
} from '../../shared/slide-format/samples/canvas.ts';
import { decodeTile, type EncodedTile } from './decode-tile.ts';
import { createScratch, type Scratch } from './scratch.ts';
import { shrinkTimes } from './shrink-half.ts';
import { unreadable } from '../../shared/slide-format/samples/unreadable.ts';

/** One source tile and where it lies in the region, in pixels of its level. */
export interface ComposePiece {
  readonly x: number;
  readonly y: number;
  /** The part of the tile that lies inside its level; what is beyond is the scanner's padding. */
  readonly usedWidthPx: number;
  readonly usedHeightPx: number;
  /** null: the file says that nothing was scanned here. */
  readonly tile: EncodedTile | null;
  /** Names the decoded pixels of a large piece, so that neighbours need not decode it again. */
  readonly key: string | null;
}

/**
 * A picture as data: a region of one level, the tiles that cover it, and how often both sides are halved.
 * Whoever carries it out knows nothing of slides.
 */
export interface ComposePlan {
  readonly regionWidthPx: number;
  readonly regionHeightPx: number;
  readonly halvings: number;
  readonly background: Rgb;
  readonly pieces: readonly ComposePiece[];
}

/** 256 MiB of pixels. */
const MAX_REGION_PX = 1 << 26;

type FullPiece = ComposePiece & { readonly tile: EncodedTile };

/** Decodes a piece; a cache of large ones wraps it. The canvas may lie in the scratch memory. */
export type DecodePiece = (piece: FullPiece, exact: boolean, scratch: Scratch) => Promise<Canvas>;

export const decodePiece: DecodePiece = ({ tile }, exact, scratch) =>
  decodeTile(tile, exact, scratch);

/** The pixels of a piece inside its level; undefined for an empty one, which stays background. */
async function pixelsOf(
  piece: ComposePiece,
  decode: (piece: FullPiece) => Promise<Canvas>,
): Promise<Canvas | undefined> {
  const { tile } = piece;
  if (tile === null) return undefined;
  const canvas = await decode({ ...piece, tile });
  if (canvas.widthPx < piece.usedWidthPx || canvas.heightPx < piece.usedHeightPx) {
    throw unreadable('the tile decodes to fewer pixels than the file says');
  }
  return cropTo(canvas, piece.usedWidthPx, piece.usedHeightPx);
}

/**
 * Whether every piece can be halved on its own: it starts on a whole output pixel, and ends on one or at
 * the edge of the region.
 */
function canShrinkAlone(plan: ComposePlan): boolean {
  const unit = 2 ** plan.halvings;
  return plan.pieces.every(
    ({ x, y, usedWidthPx, usedHeightPx }) =>
      x % unit === 0 &&
      y % unit === 0 &&
      ((x + usedWidthPx) % unit === 0 || x + usedWidthPx >= plan.regionWidthPx) &&
      ((y + usedHeightPx) % unit === 0 || y + usedHeightPx >= plan.regionHeightPx),
  );
}

/** Carries a plan out. Empty ground takes the background colour; damage is never painted over. */
export async function compose(
  plan: ComposePlan,
  decode: DecodePiece = decodePiece,
): Promise<Canvas> {
  if (plan.regionWidthPx * plan.regionHeightPx > MAX_REGION_PX) {
    throw unreadable('the region is too large to be composed at once');
  }
  const unit = 2 ** plan.halvings;
  const alone = canShrinkAlone(plan);
  const canvas = alone
    ? createCanvas(
        Math.ceil(plan.regionWidthPx / unit),
        Math.ceil(plan.regionHeightPx / unit),
        plan.background,
      )
    : createCanvas(plan.regionWidthPx, plan.regionHeightPx, plan.background);
  const scratch = createScratch();
  const exact = plan.halvings === 0;
  let darkQuarters = 0;
  for (const piece of plan.pieces) {
    const pixels = await pixelsOf(piece, (full) => decode(full, exact, scratch));
    if (pixels === undefined) continue;
    if (alone) blit(shrinkTimes(pixels, plan.halvings), canvas, piece.x / unit, piece.y / unit);
    else {
      blit(pixels, canvas, piece.x, piece.y);
      darkQuarters = pixels.darkQuarters ?? 0;
    }
  }
  return alone ? canvas : shrinkTimes({ ...canvas, darkQuarters }, plan.halvings);
}
