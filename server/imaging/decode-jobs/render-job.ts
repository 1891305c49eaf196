import { bytesOf, type Canvas } from '../../../shared/slide-format/samples/canvas.ts';
import { sharp } from '../codecs/sharp-engine.ts';
import { compose } from '../compose.ts';
import type { RenderedPicture, RenderJob } from '../decode-protocol.ts';
import { encodeRgbJpeg } from '../rgb-jpeg.ts';

const JPEG_QUALITY = 90;

/** In the size that is asked for: R, G, B, X without padding. */
async function scaleTo(canvas: Canvas, widthPx: number, heightPx: number): Promise<Uint8Array> {
  if (canvas.widthPx === widthPx && canvas.heightPx === heightPx) return bytesOf(canvas);
  const raw = { width: canvas.widthPx, height: canvas.heightPx, channels: 4 } as const;
  return await sharp(bytesOf(canvas), { raw, limitInputPixels: false })
    .resize(widthPx, heightPx, { fit: 'fill', kernel: 'mitchell' })
    .raw()
    .toBuffer();
}

/** Composes, scales, mirrors, turns, takes the colour away where asked, and encodes once. */
export async function renderJob(job: RenderJob): Promise<RenderedPicture> {
  const { plan, widthPx, heightPx, mirrored, degrees, quality, format } = job;
  const pixels = await scaleTo(await compose(plan), widthPx, heightPx);
  const raw = { width: widthPx, height: heightPx, channels: 4 } as const;
  let picture = sharp(pixels, { raw }).removeAlpha();
  // sharp mirrors before it turns, as IIIF does.
  if (mirrored) picture = picture.flop();
  if (degrees !== 0) picture = picture.rotate(degrees);
  if (quality === 'gray') picture = picture.greyscale().toColourspace('b-w');
  if (quality === 'bitonal') picture = picture.threshold(128).toColourspace('b-w');
  if (format === 'raw') return { bytes: await picture.raw().toBuffer() };
  if (format === 'rgb-jpg') {
    const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
    return { bytes: encodeRgbJpeg(data, info.width, info.height, JPEG_QUALITY) };
  }
  const encoded =
    format === 'png'
      ? picture.png({ compressionLevel: 6 })
      : picture.jpeg({ quality: JPEG_QUALITY, chromaSubsampling: '4:4:4' });
  return { bytes: await encoded.toBuffer() };
}
