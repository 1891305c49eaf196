import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { recordedSource } from '../../shared/bytes/recorded-source.ts';
import { openSlide } from '../../shared/slide-format/open-slide.ts';
import { chunkBytesFor, chunkPlace, chunksOfRange } from '../../shared/upload/chunk-grid.ts';
import { orderForReading } from '../../shared/upload/reading-order.ts';

/** How many bytes of the files show the slide whole, by the plan of their sender: chunks as they lie. */
export async function firstLookBytes(paths: readonly string[]): Promise<number> {
  const files = paths.map((path) => ({ path: basename(path), bytes: statSync(path).size }));
  const chunkBytes = chunkBytesFor(files.reduce((sum, { bytes }) => sum + bytes, 0));
  const handles = paths.map((path) => openSync(path, 'r'));
  const tables = new Set<number>();
  const recorded = files.map(({ path, bytes: size }, file) => {
    const read = (offset: number, length: number): Promise<Uint8Array> => {
      const bytes = new Uint8Array(length);
      readSync(handles[file] ?? -1, bytes, 0, length, offset);
      return Promise.resolve(bytes);
    };
    const note = (offset: number, length: number): void => {
      const [first, afterLast] = chunksOfRange(files, chunkBytes, { file, offset, length });
      for (let chunk = first; chunk < afterLast; chunk += 1) tables.add(chunk);
    };
    return { path, source: recordedSource({ size, read }, note) };
  });
  try {
    const opened = await openSlide(recorded);
    if (opened.kind !== 'pyramid') throw new Error('no pyramid');
    let first: readonly number[] = [];
    const onFirst = (order: readonly number[]): void => {
      first = order;
    };
    const { image } = opened;
    await orderForReading({ image, files, chunkBytes, tables, tissue: undefined, onFirst });
    return first.reduce((sum, at) => sum + (chunkPlace(files, chunkBytes, at)?.bytes ?? 0), 0);
  } finally {
    for (const handle of handles) closeSync(handle);
  }
}
