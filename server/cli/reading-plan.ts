import { join } from 'node:path';
import { AppError } from '../../shared/errors/app-error.ts';
import type { Upload } from '../../shared/api/endpoints/uploads.ts';
import { withBlockCache } from '../../shared/bytes/block-cache.ts';
import { recordedSource } from '../../shared/bytes/recorded-source.ts';
import { openSlide } from '../../shared/slide-format/open-slide.ts';
import { chunksOfRange } from '../../shared/upload/chunk-grid.ts';
import type { ChunkQueue } from '../../shared/upload/chunk-queue.ts';
import { orderForReading } from '../../shared/upload/reading-order.ts';
import { findTissue } from './find-tissue.ts';
import { fileSource, type LocalSlide } from './local-slide.ts';
import type { SendNeeds } from './send-needs.ts';

const PAUSE_MS = 1_000;

/** As long as a slide is sent: what readers wait for goes first. */
export function followWishes(
  { calls, sleep, onWarning }: Pick<SendNeeds, 'calls' | 'sleep' | 'onWarning'>,
  uploadId: string,
  queue: Pick<ChunkQueue, 'wish'>,
  signal: AbortSignal,
): void {
  async function follow(): Promise<void> {
    while (!signal.aborted) {
      const outcome = await calls.wanted(({ wanted }) => {
        queue.wish(wanted.find((one) => one.uploadId === uploadId)?.chunks ?? []);
      }, signal);
      if (outcome.kind === 'failed' && !signal.aborted) await sleep(PAUSE_MS);
    }
  }
  follow().catch((cause: unknown) => onWarning(`wishes cannot be heard: ${String(cause)}`));
}

function recordedFiles(slide: LocalSlide, chunkBytes: number, tables: Set<number>) {
  return slide.files.map(({ path, bytes }, file) => {
    const source = withBlockCache(fileSource(join(slide.folder, path), bytes), {
      blockBytes: 65_536,
      blocks: 256,
    });
    const note = (offset: number, length: number): void => {
      const range = { file, offset, length };
      const [first, afterLast] = chunksOfRange(slide.files, chunkBytes, range);
      for (let chunk = first; chunk < afterLast; chunk += 1) tables.add(chunk);
    };
    return { path, source: recordedSource(source, note) };
  });
}

/** Opens the slide as a reader would, and tells the queue how its chunks are best sent. */
async function plan(slide: LocalSlide, upload: Upload, queue: ChunkQueue): Promise<void> {
  const { chunkBytes } = upload;
  const tables = new Set<number>();
  const opened = await openSlide(recordedFiles(slide, chunkBytes, tables));
  if (opened.kind !== 'pyramid') return;
  queue.plan([...tables], tables.size);
  // The tissue is looked for through other files than those that are recorded: its tiles are no tables.
  const plain = await openSlide(recordedFiles(slide, chunkBytes, new Set()));
  const tissue = plain.kind === 'pyramid' ? await findTissue(plain.image) : undefined;
  const needs = { image: opened.image, files: upload.files, chunkBytes, tables, tissue };
  const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));
  const onFirst = (order: readonly number[], firstLook: number) => queue.plan(order, firstLook);
  queue.plan(await orderForReading({ ...needs, breathe, onFirst }));
}

/** Beside the sending. What cannot be read keeps the usual order. */
export async function planInBackground(
  { onWarning }: Pick<SendNeeds, 'onWarning'>,
  slide: LocalSlide,
  upload: Upload,
  queue: ChunkQueue,
): Promise<void> {
  try {
    await plan(slide, upload, queue);
  } catch (cause) {
    if (!(cause instanceof AppError)) onWarning(`the order is not planned: ${String(cause)}`);
  }
}
