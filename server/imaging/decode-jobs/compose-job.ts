import { bytesOf, type Canvas } from '../../../shared/slide-format/samples/canvas.ts';
import { sharp } from '../codecs/sharp-engine.ts';
import { compose, type DecodePiece, decodePiece } from '../compose.ts';
import type { ComposedPicture, ComposeJob } from '../decode-protocol.ts';
import { encodeCanvas } from '../jpeg.ts';
import { FRESH_MEMORY } from '../scratch.ts';
import { tileQuality } from '../tile-quality.ts';

/** Below this, decoding again is cheaper than keeping. */
const LARGE_PIECE_PX = 1 << 20;
const MAX_KEPT_PX = 24 << 20;

/** A thumbnail or a macro is for finding one's way: a tray shows dozens. */
const OVERVIEW_QUALITY = 85;

const kept = new Map<string, Canvas>();
let keptPx = 0;

function keep(key: string, canvas: Canvas): void {
  const px = canvas.pixels.length;
  if (px > MAX_KEPT_PX) return;
  kept.set(key, canvas);
  keptPx += px;
  for (const [oldest, { pixels }] of kept) {
    if (keptPx <= MAX_KEPT_PX) return;
    kept.delete(oldest);
    keptPx -= pixels.length;
  }
}

/** A level that is one strip of many megapixels is decoded once for the dozens of tiles cut from it. */
const decodeAndKeepLarge: DecodePiece = async (piece, exact, scratch) => {
  const { key, tile } = piece;
  if (key === null || tile.widthPx * tile.heightPx < LARGE_PIECE_PX) {
    return await decodePiece(piece, exact, scratch);
  }
  const name = `${key}/${String(exact)}`;
  const known = kept.get(name);
  if (known !== undefined) return known;
  const canvas = await decodePiece(piece, exact, FRESH_MEMORY);
  keep(name, canvas);
  return canvas;
};

async function scaleToFit(canvas: Canvas, sidePx: number): Promise<Canvas> {
  const longest = Math.max(canvas.widthPx, canvas.heightPx);
  if (longest <= sidePx) return canvas;
  const scale = sidePx / longest;
  const widthPx = Math.max(1, Math.round(canvas.widthPx * scale));
  const heightPx = Math.max(1, Math.round(canvas.heightPx * scale));
  const raw = { width: canvas.widthPx, height: canvas.heightPx, channels: 4 } as const;
  const bytes = await sharp(bytesOf(canvas), { raw, limitInputPixels: false })
    .resize(widthPx, heightPx, { fit: 'fill', kernel: 'mitchell' })
    .raw()
    .toBuffer();
  return { pixels: new Int32Array(Uint8Array.from(bytes).buffer), widthPx, heightPx };
}

/** Scales down where asked, and encodes. */
export async function encodePicture(
  canvas: Canvas,
  fitPx: number | null,
): Promise<ComposedPicture> {
  const fitted = fitPx === null ? canvas : await scaleToFit(canvas, fitPx);
  const quality = fitPx === null ? tileQuality(fitted) : OVERVIEW_QUALITY;
  const jpeg = encodeCanvas(fitted, quality, '4:4:4');
  return { jpeg, widthPx: fitted.widthPx, heightPx: fitted.heightPx };
}

export async function composeJob({ plan, fitPx }: ComposeJob): Promise<ComposedPicture> {
  return await encodePicture(await compose(plan, decodeAndKeepLarge), fitPx);
}
