import { join } from 'node:path';
import type { SlideId } from '../../shared/ids.ts';
import type { SlideDetail } from '../../shared/slide/slide.ts';
import type { ProductServer } from './processes.ts';
import type { BenchSlide } from './room.ts';

/** What the product says of a slide that it has just taken in. */
export async function openTaken(
  product: ProductServer,
  slideId: SlideId | undefined,
  dataDir: string,
): Promise<BenchSlide> {
  const reply = await fetch(`http://127.0.0.1:${product.port}/api/slides/${slideId ?? ''}`, {
    headers: { Cookie: product.cookie },
  });
  const detail = (await reply.json()) as SlideDetail;
  if (slideId === undefined || detail.properties === null) {
    throw new Error(`the slide did not open: ${JSON.stringify(detail.status)}`);
  }
  const original = join(detail.hospitalId, detail.contentDigest ?? '', '0');
  return {
    id: slideId,
    revision: detail.revision,
    pyramid: detail.properties.pyramid,
    path: join(dataDir, 'blobs', original),
  };
}

/** Makes a slide of the product from a file, as an upload does. */
export async function takeIn(
  product: ProductServer,
  path: string,
  dataDir: string,
): Promise<BenchSlide> {
  const { slideId } = await product.order({ kind: 'take-in', path });
  return await openTaken(product, slideId, dataDir);
}
