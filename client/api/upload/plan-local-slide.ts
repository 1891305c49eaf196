import { withBlockCache } from '../../../shared/bytes/block-cache.ts';
import { recordedSource } from '../../../shared/bytes/recorded-source.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { openSlide } from '../../../shared/slide-format/open-slide.ts';
import type { SlideImage } from '../../../shared/slide-format/slide-image.ts';
import { chunksOfRange } from '../../../shared/upload/chunk-grid.ts';
import { orderForReading } from '../../../shared/upload/reading-order.ts';
import { type TissueMask, tissueMask } from '../../../shared/upload/tissue-mask.ts';
import { blobSource } from './blob-source.ts';
import { localPicture } from './local-picture.ts';
import type { PlanOrder } from './upload-needs.ts';

/** A cell of the mask is some 20 tiles of level 0 on a large slide: finer would not change the order. */
const MASK_PX = 200;

/** undefined: the coarsest level cannot be drawn here; then nobody knows where the tissue is. */
async function findTissue(image: SlideImage): Promise<TissueMask | undefined> {
  const level = image.levels.at(-1);
  const picture = level === undefined ? undefined : await localPicture(image, level);
  if (picture === undefined) return undefined;
  const bitmap = await createImageBitmap(picture);
  try {
    const scale = Math.min(1, MASK_PX / Math.max(bitmap.width, bitmap.height));
    const side = (px: number): number => Math.max(1, Math.round(px * scale));
    const canvas = new OffscreenCanvas(side(bitmap.width), side(bitmap.height));
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (context === null) return undefined;
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return tissueMask(context.getImageData(0, 0, canvas.width, canvas.height));
  } finally {
    bitmap.close();
  }
}

async function tissueOrNothing(image: SlideImage): Promise<TissueMask | undefined> {
  try {
    return await findTissue(image);
  } catch (cause) {
    if (cause instanceof AppError || cause instanceof DOMException) return undefined;
    throw cause;
  }
}

/**
 * Reads the slide on this computer with the reader that the server uses, and says in which order its chunks are
 * best sent. What cannot be read keeps the usual order.
 */
export const planLocalSlide: PlanOrder = async (files, chunkBytes, onOrder) => {
  const grid = files.map(({ path, file }) => ({ path, bytes: file.size }));
  const tables = new Set<number>();
  const recorded = files.map(({ path, file: blob }, file) => {
    const cached = withBlockCache(blobSource(blob), { blockBytes: 65_536, blocks: 256 });
    const note = (offset: number, length: number): void => {
      const [first, afterLast] = chunksOfRange(grid, chunkBytes, { file, offset, length });
      for (let chunk = first; chunk < afterLast; chunk += 1) tables.add(chunk);
    };
    return { path, source: recordedSource(cached, note) };
  });
  try {
    const opened = await openSlide(recorded);
    if (opened.kind !== 'pyramid') return;
    onOrder([...tables]);
    // The picture is drawn from other sources than those that are recorded: its tiles are no tables.
    const plain = await openSlide(
      files.map(({ path, file }) => ({
        path,
        source: withBlockCache(blobSource(file), { blockBytes: 65_536, blocks: 64 }),
      })),
    );
    const tissue = plain.kind === 'pyramid' ? await tissueOrNothing(plain.image) : undefined;
    const needs = { image: opened.image, files: grid, chunkBytes, tables, tissue };
    onOrder(await orderForReading({ ...needs, onFirst: onOrder }));
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
  }
};
