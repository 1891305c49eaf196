import {
  bytesOf,
  type Canvas,
  createCanvas,
  type Rgb,
} from '../../../shared/slide-format/samples/canvas.ts';
import type {
  ComposedPicture,
  OpenSlideAssociatedJob,
  OpenSlideFindings,
  OpenSlideOpenJob,
  OpenSlideRegionJob,
} from '../decode-protocol.ts';
import { type ArgbPixels, type OpenSlideHandle, openWithLibrary } from '../openslide.ts';
import { shrinkTimes } from '../shrink-half.ts';
import { unreadable } from '../../../shared/slide-format/samples/unreadable.ts';
import { encodePicture } from './compose-job.ts';

/** libopenslide keeps 32 MiB of tiles for each open slide. */
const MAX_OPEN = 4;
const MAX_REGION_PX = 1 << 26;
const WHITE: Rgb = { r: 255, g: 255, b: 255 };

const open = new Map<string, OpenSlideHandle>();

function opened(path: string, vendor: string): OpenSlideHandle {
  const known = open.get(path);
  if (known !== undefined) return known;
  const handle = openWithLibrary(path, vendor);
  open.set(path, handle);
  for (const [oldest, unused] of open) {
    if (open.size <= MAX_OPEN) break;
    open.delete(oldest);
    unused.close();
  }
  return handle;
}

/** A handle that has met an error gives nothing any more: the next job opens the slide anew. */
function reading<Result>(path: string, read: (slide: OpenSlideHandle) => Result): Result {
  try {
    return read(opened(path, 'OpenSlide'));
  } catch (cause) {
    open.get(path)?.close();
    open.delete(path);
    throw cause;
  }
}

/** What the slide says is behind the tissue, "RRGGBB"; white when it says nothing. */
function backgroundOf({ properties }: OpenSlideFindings): Rgb {
  const value = Number.parseInt(properties['openslide.background-color'] ?? '', 16);
  if (Number.isNaN(value)) return WHITE;
  return { r: (value >> 16) & 255, g: (value >> 8) & 255, b: value & 255 };
}

/** Lays premultiplied ARGB words over the background. */
function overBackground({ argb, widthPx, heightPx }: ArgbPixels, background: Rgb): Canvas {
  const canvas = createCanvas(widthPx, heightPx);
  const out = bytesOf(canvas);
  for (const [index, pixel] of argb.entries()) {
    const through = 255 - (pixel >>> 24);
    const at = index * 4;
    out[at] = ((pixel >>> 16) & 255) + Math.round((background.r * through) / 255);
    out[at + 1] = ((pixel >>> 8) & 255) + Math.round((background.g * through) / 255);
    out[at + 2] = (pixel & 255) + Math.round((background.b * through) / 255);
    out[at + 3] = 255;
  }
  return canvas;
}

export function openWithOpenSlide({ path, vendor }: OpenSlideOpenJob): OpenSlideFindings {
  return opened(path, vendor).findings;
}

export async function openSlideRegion(job: OpenSlideRegionJob): Promise<ComposedPicture> {
  const { path, level, x, y, widthPx, heightPx, halvings, fitPx } = job;
  if (widthPx * heightPx > MAX_REGION_PX) throw unreadable('the region is too large');
  const canvas = reading(path, (slide) =>
    overBackground(slide.readRegion(level, x, y, widthPx, heightPx), backgroundOf(slide.findings)),
  );
  return await encodePicture(shrinkTimes(canvas, halvings), fitPx);
}

export async function openSlideAssociated(job: OpenSlideAssociatedJob): Promise<ComposedPicture> {
  const canvas = reading(job.path, (slide) =>
    overBackground(slide.readAssociated(job.name), WHITE),
  );
  return await encodePicture(canvas, null);
}
